import { generateKeyPairSync } from "node:crypto";
import { type Change, keys } from "../../src/approvals/record.js";
import { type Approvals, createApprovals } from "../../src/approvals/store.js";
import type { Log } from "../../src/log/log.js";
import { createStore, type Store } from "../../src/redis/store.js";
import { quiet, type TestRedis } from "../support/redis-server.js";
import { keepOf } from "./changes.js";

export const botKeys = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")] as const;

/** Two bots with keys and connections of their own that trust each other, and the store below them. */
export async function twoBots(
  redis: TestRedis,
  prefix: string,
  now: () => number,
): Promise<{ bots: readonly [Approvals, Approvals]; state: Store }> {
  return {
    bots: [await bot(redis, prefix, { which: 0, now }), await bot(redis, prefix, { which: 1, now })],
    state: await stateOf(redis, prefix),
  };
}

/** One of the bots; another call is the same bot after a restart. */
export async function bot(
  redis: TestRedis,
  prefix: string,
  { which, now, log = quiet }: { which: 0 | 1; now: () => number; log?: Log },
): Promise<Approvals> {
  const keep = keepOf(botKeys[which].privateKey, [botKeys[1 - which]?.publicKey ?? botKeys[0].publicKey]);
  return createApprovals({ state: await stateOf(redis, prefix), keep, now, log });
}

export const stateOf = async (redis: TestRedis, prefix: string): Promise<Store> => createStore(await redis.links(prefix), "changes");

/** Stores a new change as the dispatcher does. */
export async function put(state: Store, by: Approvals, change: Change): Promise<Change> {
  if (!(await state.move([{ key: keys.change(change.id), absent: true }], by.creation(change))))
    throw new Error(`${change.id} is there already`);
  return change;
}
