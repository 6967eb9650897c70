import type { z } from "zod";
import { type FailureError, fail } from "../contract/failure.js";
import type { Log } from "../log/log.js";
import type { Condition, Store, Write } from "../redis/store.js";
import { dueAt } from "./due.js";
import { Change, keys, lifeOf, memberOf } from "./record.js";
import { createSeen, type Sight } from "./seen.js";

/** Port: seals what a bot keeps, and opens what a bot has sealed under that key; null for everything else. A seal must outlast lifeOf(). */
export interface Keep {
  seal(key: string, value: unknown): string;
  open<T>(key: string, text: string | null, schema: z.ZodType<T>): T | null;
}

export interface ApprovalsDeps {
  state: Pick<Store, "get" | "getAll" | "move" | "take" | "since">;
  keep: Keep;
  /** Epoch ms. */
  now: () => number;
  log: Log;
}

/** The sealed records of changes, read and replaced. Throws `queue_unavailable` when Redis does not answer. */
export interface Records {
  /** Null when there is none, or none that a bot has sealed. */
  read(id: string): Promise<Sight | null>;
  /** Why there was nothing to read: `not_found`, or `bad_signature` for a record that no bot has sealed. */
  missing(id: string): Promise<FailureError>;
  readAll(ids: readonly string[]): Promise<(Sight | null)[]>;
  /** False when the record is not `before` any more; then nothing was written. */
  replace(before: Sight, change: Change): Promise<boolean>;
  writes(change: Change): { text: string; writes: Write[] };
}

/** So many records are read in one go. */
const page = 100;
/** As often is a record looked at again that somebody replaces meanwhile. */
const mostTries = 5;

export function createRecords(deps: ApprovalsDeps): Records {
  const { state, keep, now } = deps;
  const seen = createSeen();
  const opened = (id: string, text: string): Change | null => seen.same(id, text) ?? keep.open(keys.change(id), text, Change);
  const writes = (change: Change): { text: string; writes: Write[] } => {
    const text = keep.seal(keys.change(change.id), change);
    return { text, writes: writesOf(change, text, now()) };
  };
  const believed = async (id: string, text: string | null, tries = 1): Promise<Sight | null> => {
    if (text === null) return null;
    const change = opened(id, text);
    const later = seen.newer(id, change);
    if (later === null) return change === null ? null : seen.note({ change, text });
    if (await putBack(deps, { id, text }, later)) return later;
    if (tries === mostTries)
      throw fail("queue_unavailable", `the record of ${id} is replaced again and again`, { hint: "look who writes to Redis" });
    return believed(id, await state.get(keys.change(id)), tries + 1);
  };
  return {
    read: async (id) => believed(id, await state.get(keys.change(id))),
    async missing(id) {
      const hint = "`approvals` lists what waits, `changes` what was done in the last 30 days";
      if ((await state.get(keys.change(id))) === null) return fail("not_found", `no change is known as ${id}`, { hint });
      return fail("bad_signature", `the record of ${id} in redis is not one of the bots'; nothing is done with it`);
    },
    async readAll(ids) {
      const found: (Sight | null)[] = [];
      for (let at = 0; at < ids.length; at += page) {
        const part = ids.slice(at, at + page);
        const texts = await state.getAll(part.map(keys.change));
        found.push(...(await Promise.all(part.map((id, index) => believed(id, texts[index] ?? null)))));
      }
      return found;
    },
    async replace({ text: is }, change) {
      const { text, writes: then } = writes(change);
      const when: Condition[] = [{ key: keys.change(change.id), is }];
      const done = await state.move(when, then);
      if (done) seen.note({ change, text });
      return done;
    },
    writes,
  };
}

/** An older or a foreign record lies where this bot saw a later one: that is put back, unless somebody was quicker, and the log says so. */
async function putBack({ state, now, log }: ApprovalsDeps, { id, text }: { id: string; text: string }, later: Sight): Promise<boolean> {
  if (!(await state.move([{ key: keys.change(id), is: text }], writesOf(later.change, later.text, now())))) return false;
  log.error({ change: id, turn: later.change.turn }, "an older or foreign record of a change lay in redis; the later one was put back");
  return true;
}

/** The record with its places in the indexes; written anew each time, so that an index that was lost comes back. */
function writesOf(change: Change, text: string, now: number): Write[] {
  const member = memberOf(change);
  const at = dueAt(change);
  const { id, created, ended } = change;
  return [
    { set: keys.change(id), value: text, ttl: lifeOf(change, now) },
    { rank: keys.all, member, at: created },
    ended === null ? { rank: keys.open, member, at: created } : { unrank: keys.open, member },
    at === null ? { unrank: keys.due, member } : { rank: keys.due, member, at },
  ];
}
