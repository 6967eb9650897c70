import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Change, keys } from "../../src/approvals/record.js";
import { type Approvals, createApprovals } from "../../src/approvals/store.js";
import { createStore, type Store } from "../../src/redis/store.js";
import { quiet, startRedis, type TestRedis } from "../support/redis-server.js";
import { bob, carol, changeOf, dave, keepOf, may, minute, newsOf, orderOf, requester, t0, voteOn } from "./changes.js";

const [one, two] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")];
const clock = { now: t0 + 5 * minute };

let redis: TestRedis;
let state: Store;
let bots: [Approvals, Approvals];
let run = 0;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  clock.now = t0 + 5 * minute;
  const prefix = `run${++run}`;
  state = createStore(await redis.links(prefix), "changes");
  bots = [await bot(prefix, one.privateKey, two.publicKey), await bot(prefix, two.privateKey, one.publicKey)];
});

async function bot(prefix: string, key: typeof one.privateKey, trusted: typeof one.publicKey): Promise<Approvals> {
  const store = createStore(await redis.links(prefix), "changes");
  return createApprovals({ state: store, keep: keepOf(key, [trusted]), now: () => clock.now, log: quiet });
}

async function put(change: Change, by: Approvals = bots[0]): Promise<Change> {
  expect(await state.move([{ key: keys.change(change.id), absent: true }], by.creation(change))).toBe(true);
  return change;
}

test("what one bot stored the other one knows, moves and gives back as it is now", async () => {
  const change = await put(changeOf("a"));

  const { moved, refused } = await bots[1].act(change.id, voteOn(change, bob));

  expect({ moved, refused }).toEqual({ moved: true, refused: null });
  expect(await bots[0].get(change.id)).toMatchObject({
    state: "approved",
    turn: 2,
    history: [{ what: "proposed" }, { what: "approved", name: "bob" }],
  });
  expect(await bots[1].act(change.id, voteOn(change, carol))).toMatchObject({
    moved: false,
    refused: { code: "conflict", message: `${change.id}: already approved by bob at 14:55:00 UTC` },
  });
});
void [dave, may, newsOf, orderOf, requester];
