import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { createAudit } from "../../src/audit/append.js";
import { linksIn } from "../../src/audit/links.js";
import { type Retention, retain } from "../../src/audit/retain.js";
import { verify } from "../../src/audit/verify.js";
import { type Chain, createChain } from "../../src/redis/chain.js";
import type { RedisLinks } from "../../src/redis/connect.js";
import { quiet, startRedis, type TestRedis } from "../support/redis-server.js";
import { event, keys, look } from "./record.js";

let redis: TestRedis;
let links: RedisLinks;
let chain: Chain;
const folder = mkdtempSync(join(tmpdir(), "audit-"));
beforeAll(async () => {
  redis = await startRedis();
  links = await redis.links();
});
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await links.producer.flushall();
  chain = createChain(links, "bot", "audit");
});

async function written(count: number): Promise<void> {
  const audit = createAudit({ chain, key: keys.privateKey, log: quiet });
  for (let n = 1; n <= count; n++) await audit.append(event(`request-${n}`));
}

const how = (change: Partial<Retention> = {}): Retention => ({ chain, key: keys.privateKey, folder, log: quiet, keep: 20, ...change });

test("the oldest entries are archived before they go, and archive and rest are each whole", async () => {
  await written(30);
  const first = await chain.from(null, 3);

  const gone = await retain(how());

  const rest = await look(chain, [{ hash: first[2]?.label ?? "", seq: 3, from: "an old log" }]);
  expect(gone).toBe(10);
  expect(rest).toMatchObject({ entries: 20, first: 11, problems: [] });
  expect(readdirSync(folder)).toEqual(["audit-1-10.jsonl"]);
  const archived = await verify(
    { anchor: null, links: linksIn(join(folder, "audit-1-10.jsonl")), part: true },
    { keys: [keys.publicKey], heads: [] },
  );
  expect(archived).toMatchObject({ entries: 10, problems: [] });
});

test("the chain goes on over the anchor, and can be put away again", async () => {
  await written(30);
  await retain(how());
  await written(15);
  await retain(how());

  expect(await look(chain)).toMatchObject({ entries: 20, first: 26, problems: [] });
});

test("below a tenth too many nothing goes", async () => {
  await written(22);

  expect(await retain(how())).toBe(0);
  expect(await look(chain)).toMatchObject({ entries: 22, first: 1 });
});

test("entries that do not hold together are not put away, so nothing is hidden by it", async () => {
  await written(30);
  const fourth = (await chain.from(null, 10))[3];
  await links.producer.xdel("test:bot:audit", fourth?.id ?? "");
  const told: string[] = [];

  const gone = await retain(how({ log: { ...quiet, error: (_, text) => void told.push(text) } }));

  expect(gone).toBe(0);
  expect(told).toHaveLength(1);
  expect((await look(chain)).problems).toEqual(["entry 4 is missing"]);
});

test("where they cannot be archived they stay", async () => {
  await written(30);

  await expect(retain(how({ folder: import.meta.filename }))).rejects.toThrow();

  expect(await look(chain)).toMatchObject({ entries: 30, problems: [] });
});
