import type { RedisLinks } from "./connect.js";
import { reached } from "./reached.js";
import { scriptOn } from "./script.js";
import { moveScript, takeScript } from "./scripts.js";

/** What must hold for a move to happen. */
export type Condition = { key: string; is: string } | { key: string; absent: true } | { key: string; present: true };

/** What a move writes. `rank` puts a member into a set ordered by time (epoch ms). Times to live in ms. */
export type Write =
  | { set: string; value: string; ttl: number }
  | { drop: string }
  | { rank: string; member: string; at: number }
  | { unrank: string; member: string };

/** Small facts under one prefix. Every function throws `queue_unavailable` within 1.6 s when Redis does not answer. */
export interface Store {
  get(key: string): Promise<string | null>;
  getAll(keys: readonly string[]): Promise<(string | null)[]>;
  put(key: string, value: string, ttl: number): Promise<void>;
  /** False when the key is already there. */
  putNew(key: string, value: string, ttl: number): Promise<boolean>;
  /** Atomic: false when a condition did not hold, and then nothing was written. */
  move(when: readonly Condition[], then: readonly Write[]): Promise<boolean>;
  /** Members of a ranked set that are due at `now`; each is taken by one caller and due again at `until`. */
  take(set: string, due: { now: number; until: number; limit: number }): Promise<string[]>;
  /** Members of a ranked set at or after a time. */
  since(set: string, at: number): Promise<string[]>;
}

/** A store in Redis below `<prefix>:<room>:`. */
export function createStore(links: Pick<RedisLinks, "producer" | "prefix">, room: string): Store {
  const redis = links.producer;
  const [move, take] = [scriptOn(redis, moveScript), scriptOn(redis, takeScript)];
  const at = (key: string): string => `${links.prefix}:${room}:${key}`;
  return {
    get: (key) => reached(redis.get(at(key)), `reading ${key}`),
    getAll: (keys) => (keys.length === 0 ? Promise.resolve([]) : reached(redis.mget(keys.map(at)), "reading")),
    async put(key, value, ttl) {
      await reached(redis.set(at(key), value, "PX", ttl), `storing ${key}`);
    },
    async putNew(key, value, ttl) {
      return (await reached(redis.set(at(key), value, "PX", ttl, "NX"), `storing ${key}`)) === "OK";
    },
    async move(when, then) {
      const keys = [...when.map(({ key }) => at(key)), ...then.map((write) => at(keyOf(write)))];
      const args = [when.length, ...when.flatMap(conditionArgs), ...then.flatMap(writeArgs)];
      return (await reached(move(keys, args), "storing")) === 1;
    },
    async take(set, { now, until, limit }) {
      return (await reached(take([at(set)], [now, until, limit]), `taking from ${set}`)) as string[];
    },
    since: (set, from) => reached(redis.zrangebyscore(at(set), from, "+inf"), `reading ${set}`),
  };
}

function keyOf(write: Write): string {
  if ("set" in write) return write.set;
  if ("drop" in write) return write.drop;
  return "rank" in write ? write.rank : write.unrank;
}

function conditionArgs(condition: Condition): string[] {
  if ("is" in condition) return ["is", condition.is];
  return "absent" in condition ? ["none", ""] : ["some", ""];
}

function writeArgs(write: Write): (string | number)[] {
  if ("set" in write) return ["set", write.value, write.ttl];
  if ("drop" in write) return ["drop", "", ""];
  return "rank" in write ? ["rank", write.at, write.member] : ["unrank", "", write.member];
}
