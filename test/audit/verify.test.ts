import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Audit, createAudit } from "../../src/audit/append.js";
import { makeRecord, readRecord } from "../../src/audit/entry.js";
import type { AuditHead } from "../../src/contract/job.js";
import { type Chain, type ChainLink, createChain } from "../../src/redis/chain.js";
import type { RedisLinks } from "../../src/redis/connect.js";
import { quiet, startRedis, type TestRedis } from "../support/redis-server.js";
import { event, keys, look } from "./record.js";

let redis: TestRedis;
let links: RedisLinks;
let chain: Chain;
let audit: Audit;
let heads: AuditHead[];
beforeAll(async () => {
  redis = await startRedis();
  links = await redis.links();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  await links.producer.flushall();
  chain = createChain(links, "bot", "audit");
  audit = createAudit({ chain, key: keys.privateKey, log: quiet });
  heads = [];
  for (let n = 1; n <= 6; n++) heads.push(await audit.append(event(`request-${n}`)));
});

/** Writes the stream anew, as somebody with Redis' password could. */
async function rewrite(change: (entries: ChainLink[]) => ChainLink[]): Promise<void> {
  const entries = await chain.from(null, 100);
  await links.producer.del("test:bot:audit");
  for (const { label, text } of change(entries)) await links.producer.xadd("test:bot:audit", "*", "label", label, "entry", text);
}

const at = (seq: number, change: (one: ChainLink) => ChainLink) => (entries: ChainLink[]) =>
  entries.map((one, index) => (index + 1 === seq ? change(one) : one));

test("a record that nobody touched is whole, and ends where its writer says", async () => {
  const verdict = await look(chain);

  expect(verdict).toEqual({ entries: 6, first: 1, head: heads[5], problems: [], more: 0 });
});

describe("found out is", () => {
  test.each<[string, (entries: ChainLink[]) => ChainLink[], RegExp]>([
    ["one altered word", at(3, (one) => ({ ...one, text: one.text.replace("local:ops", "local:oops") })), /^entry 3 was changed/],
    ["one flipped bit of a hash", at(3, flipped("hash")), /^entry 3 was changed/],
    ["one flipped bit of a signature", at(3, flipped("sig")), /^entry 3 is signed by no bot/],
    ["an entry that is none", at(3, (one) => ({ ...one, text: "{}" })), /^what lies after entry 2 is not an entry/],
    ["a removed entry", (entries) => entries.toSpliced(2, 1), /^entry 3 is missing$/],
    ["several removed entries", (entries) => entries.toSpliced(2, 2), /^entries 3 to 4 are missing$/],
    ["a removed beginning", (entries) => entries.slice(2), /^entries 1 to 2 are missing$/],
    ["an entry that is there twice", (entries) => [...entries.slice(0, 4), ...entries.slice(3)], /^entry 4 is there twice$/],
    ["two exchanged entries", exchanged, /^entry 3 lies behind entry 4: the order was changed$/],
    ["an entry by a stranger, hashed as it should be", at(6, byStranger), /^entry 6 is signed by no bot/],
  ])("%s", async (_, change, told) => {
    await rewrite(change);

    const { problems } = await look(chain);

    expect(problems[0]).toMatch(told);
  });

  test("a tail that was cut, to whoever knows a later head; without one it cannot be seen", async () => {
    await rewrite((entries) => entries.slice(0, 4));
    const [known] = heads.slice(-1);

    const blind = await look(chain);
    const { problems } = await look(chain, [{ hash: known?.hash ?? "", seq: 6, from: "a worker" }]);
    const short = await look(chain, [{ hash: (known?.hash ?? "").slice(0, 12), seq: null, from: "--head" }]);

    expect(blind.problems).toEqual([]);
    expect(problems).toEqual([
      expect.stringMatching(/of entry 6, known from a worker, is not in the record; the record ends at entry 4: its tail was cut/),
    ]);
    expect(short.problems).toHaveLength(1);
  });

  test("a tail that was cut and written anew by a bot, for the entry is another one now", async () => {
    await rewrite((entries) => entries.slice(0, 4));
    await createAudit({ chain, key: keys.privateKey, log: quiet }).append(event("later"));

    const { problems } = await look(chain, [{ hash: heads[4]?.hash ?? "", seq: 5, from: "a worker" }]);

    expect(problems).toEqual([expect.stringContaining("entry 5 is another one now")]);
  });

  test("an anchor that no bot has signed", async () => {
    await links.producer.set("test:bot:audit:anchor", JSON.stringify({ ...heads[1], sig: "AAAA" }));
    await rewrite((entries) => entries.slice(2));

    const { problems } = await look(chain);

    expect(problems[0]).toContain("the anchor");
    expect(problems).toContainEqual("entries 1 to 2 are missing");
  });
});

test("heads known from elsewhere that the record holds are no problem", async () => {
  const known = heads.map(({ seq, hash }) => ({ seq, hash, from: "a worker" }));

  expect((await look(chain, known)).problems).toEqual([]);
});

function flipped(part: "hash" | "sig"): (one: ChainLink) => ChainLink {
  return (one) => {
    const record = readRecord(one.text);
    if (record === null) throw new Error("no record");
    const first = record[part].charAt(4);
    record[part] = record[part].slice(0, 4) + (first === "a" ? "b" : "a") + record[part].slice(5);
    return { ...one, text: JSON.stringify(record) };
  };
}

function exchanged(entries: ChainLink[]): ChainLink[] {
  return [...entries.slice(0, 2), ...entries.slice(2, 4).toReversed(), ...entries.slice(4)];
}

function byStranger(one: ChainLink): ChainLink {
  const { privateKey } = generateKeyPairSync("ed25519");
  const record = makeRecord(event("forged"), { prev: readRecord(one.text)?.prev ?? "", seq: 6, at: new Date() }, privateKey);
  return { ...one, label: record.hash, text: JSON.stringify(record) };
}
