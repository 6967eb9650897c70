import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { createAudit } from "../src/audit/append.js";
import { exportAudit, verifyAudit } from "../src/auditor.js";
import { createChain } from "../src/redis/chain.js";
import type { RedisLinks } from "../src/redis/connect.js";
import { event } from "./audit/record.js";
import { quiet, startRedis, type TestRedis } from "./support/redis-server.js";

const folder = mkdtempSync(join(tmpdir(), "auditor-"));
const config = join(folder, "config.yaml");
const bot = generateKeyPairSync("ed25519");
let redis: TestRedis;
let links: RedisLinks;

beforeAll(async () => {
  redis = await startRedis();
  links = await redis.links();
  writeFileSync(join(folder, "bot.key"), bot.privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  const worker = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" });
  writeFileSync(join(folder, "worker.pub"), worker);
  writeFileSync(
    config,
    [
      `redis: { url: "${redis.url}", prefix: test }`,
      "bot: { signingKey: file:bot.key }",
      "clusters: [{ name: eu1, workerKeys: [file:worker.pub], hosts: [{ name: h1, address: 10.0.0.1 }] }]",
      "access: { roles: { viewer: [], operator: [], approver: [] } }",
    ].join("\n"),
  );
  const audit = createAudit({ chain: createChain(links, "bot", "audit"), key: bot.privateKey, log: quiet });
  for (let n = 1; n <= 3; n++) await audit.append(event(`request-${n}`));
});
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function said(work: () => Promise<number>): Promise<{ code: number; text: string }> {
  const texts: string[] = [];
  const keep = (text: unknown): boolean => (texts.push(String(text)), true);
  const spies = [
    jest.spyOn(process.stdout, "write").mockImplementation(keep),
    jest.spyOn(process.stderr, "write").mockImplementation(keep),
  ];
  try {
    return { code: await work(), text: texts.join("") };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

test("exit code 0 and the head for a whole record; 1 and the entry's number for one that was changed; 2 when it cannot be looked through", async () => {
  const whole = await said(() => verifyAudit(config, {}));
  const strange = await said(() => verifyAudit(config, { head: "0123456789" }));
  const nonsense = await said(() => verifyAudit(config, { head: "HEAD" }));
  const [first] = await createChain(links, "bot", "audit").from(null, 1);
  await links.producer.xdel("test:bot:audit", first?.id ?? "");
  const broken = await said(() => verifyAudit(config, {}));
  const none = await said(() => verifyAudit(join(folder, "no.yaml"), {}));

  expect(whole).toEqual({
    code: 0,
    text: expect.stringMatching(/^3 audit entries, 1 to 3, head [0-9a-f]{64}; .*\nthe record is whole\n$/),
  });
  expect(strange).toEqual({ code: 1, text: expect.stringContaining("its tail was cut") });
  expect(nonsense).toEqual({ code: 2, text: expect.stringContaining("is no head") });
  expect(broken).toEqual({ code: 1, text: expect.stringContaining("entry 1 is missing\n") });
  expect(none.code).toBe(2);
});

test("an export can be looked through by itself, and a time that is none is refused", async () => {
  const wrong = await said(() => exportAudit(config, "yesterday"));
  const lines: string[] = [];
  for (const { text } of await createChain(links, "bot", "audit").from(null, 10)) lines.push(text);
  const file = join(folder, "export.jsonl");
  writeFileSync(file, lines.join("\n"));
  const whole = await said(() => verifyAudit(config, { file }));
  writeFileSync(file, lines.join("\n").replace("local:ops", "local:oops"));
  const changed = await said(() => verifyAudit(config, { file }));

  expect(wrong).toEqual({ code: 2, text: expect.stringContaining("`yesterday` is not a time") });
  expect(whole.code).toBe(0);
  expect(changed).toEqual({ code: 1, text: expect.stringContaining("was changed") });
});
