import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { createAudit } from "../../src/audit/append.js";
import { readRecord } from "../../src/audit/entry.js";
import { linksOf } from "../../src/audit/links.js";
import { type Chain, createChain } from "../../src/redis/chain.js";
import type { RedisLinks } from "../../src/redis/connect.js";
import { quiet, startRedis, type TestRedis } from "../support/redis-server.js";
import { event, keys, look } from "./record.js";

let redis: TestRedis;
let links: RedisLinks;
let chain: Chain;
beforeAll(async () => {
  redis = await startRedis();
  links = await redis.links();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  await links.producer.flushall();
  chain = createChain(links, "bot", "audit");
});

test("two bots that append at once lose nothing, and one chain holds both", async () => {
  const bots = await Promise.all(
    ["a", "b"].map(async (name) => {
      const own = createChain(await redis.links(), "bot", "audit");
      return { name, audit: createAudit({ chain: own, key: keys.privateKey, log: quiet }) };
    }),
  );
  const rounds = Array.from({ length: 100 }, (_, n) => n);

  const heads = await Promise.all(
    bots.map(async ({ name, audit }) => {
      const told = [];
      for (const n of rounds) told.push(await audit.append(event(`${name}-${n}`)));
      return told;
    }),
  );

  const verdict = await look(
    chain,
    heads.flat().map((head) => ({ ...head, from: "its writer" })),
  );
  expect(verdict).toMatchObject({ entries: 200, problems: [] });
  const stored = [];
  for await (const { text } of linksOf(chain)) stored.push(readRecord(text)?.entry.request);
  expect(stored.map(String).toSorted((a, b) => a.localeCompare(b))).toEqual(
    bots.flatMap(({ name }) => rounds.map((n) => `${name}-${n}`)).toSorted((a, b) => a.localeCompare(b)),
  );
});

test("what comes while something is being stored goes together in the next write", async () => {
  let writes = 0;
  const counting: Chain = { ...chain, append: (...args) => (writes++, chain.append(...args)) };
  const audit = createAudit({ chain: counting, key: keys.privateKey, log: quiet });

  await Promise.all(Array.from({ length: 150 }, (_, n) => audit.append(event(`request-${n}`))));

  expect(writes).toBeLessThanOrEqual(3);
  expect(await look(chain)).toMatchObject({ entries: 150, problems: [] });
});

test("nothing secret that somebody typed gets into it", async () => {
  const audit = createAudit({ chain, key: keys.privateKey, log: quiet });

  await audit.append(event("request-1", { line: "get pools --password=hunter2secret xoxb-123456-abcdef", reason: "token=hunter3secret" }));

  const [stored] = await chain.from(null, 10);
  expect(stored?.text).not.toMatch(/hunter|abcdef/);
});

test("Redis away is an honest failure within two seconds, and the record goes on behind it", async () => {
  const audit = createAudit({ chain, key: keys.privateKey, log: quiet });
  await audit.append(event("request-1"));
  redis.freeze();
  const began = Date.now();

  const failed = await audit.append(event("request-2")).catch((error: { failure?: unknown }) => error.failure);
  const took = Date.now() - began;
  redis.thaw();
  let done = null;
  for (let tries = 0; tries < 50 && done === null; tries++) {
    done = await audit.append(event("request-3")).catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }

  expect(failed).toMatchObject({ code: "queue_unavailable" });
  expect(took).toBeLessThan(2000);
  expect(done).not.toBeNull();
  expect((await look(chain)).problems).toEqual([]);
});

test("a record that ends earlier than it did is told in the log", async () => {
  const told: string[] = [];
  const audit = createAudit({ chain, key: keys.privateKey, log: { ...quiet, error: (_, text) => void told.push(text) } });
  await audit.append(event("request-1"));
  await audit.append(event("request-2"));
  const [, second] = await chain.from(null, 10);
  await links.producer.xdel("test:bot:audit", second?.id ?? "");

  await audit.append(event("request-3"));

  expect(told).toEqual([expect.stringContaining("was cut")]);
});
