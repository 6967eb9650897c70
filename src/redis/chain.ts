import type { RedisLinks } from "./connect.js";
import { reached } from "./reached.js";
import { scriptOn } from "./script.js";
import { anchorScript, chainScript } from "./scripts.js";

/** One link as it is stored: Redis' id of it, a label that must be unique, and a text. */
export interface ChainLink {
  id: string;
  label: string;
  text: string;
}

/** An append-only list. Every function throws `queue_unavailable` within 1.6 s when Redis does not answer. */
export interface Chain {
  /** Appends if the last link has this label (null = the chain is empty); else says what the last link is. */
  append(after: string | null, links: readonly Omit<ChainLink, "id">[]): Promise<{ done: true } | { done: false; last: ChainLink | null }>;
  last(): Promise<ChainLink | null>;
  /** At most `limit` links after this one; null = from the beginning. */
  from(after: string | null, limit: number): Promise<ChainLink[]>;
  /** At most `limit` links before this one, the newest first; null = from the end. */
  before(id: string | null, limit: number): Promise<ChainLink[]>;
  length(): Promise<number>;
  /** What the chain begins after, or null when it begins with its first link. */
  anchor(): Promise<string | null>;
  /** Drops the links before the one with the id `keepFrom`; false when the anchor is not `known` any more. */
  trim(known: string | null, anchor: string, keepFrom: string): Promise<boolean>;
}

/** The chain `<prefix>:<room>:<name>`. */
export function createChain(links: Pick<RedisLinks, "producer" | "prefix">, room: string, name: string): Chain {
  const redis = links.producer;
  const [append, trim] = [scriptOn(redis, chainScript), scriptOn(redis, anchorScript)];
  const stream = `${links.prefix}:${room}:${name}`;
  const anchor = `${stream}:anchor`;
  const range = async (work: Promise<[string, string[]][]>): Promise<ChainLink[]> =>
    (await reached(work, `reading ${name}`)).map(([id, fields]) => link(id, fields[1], fields[3]));
  return {
    async append(after, added) {
      const args = added.flatMap(({ label, text }) => [label, text]);
      const said = (await reached(append([stream], [after ?? "", ...args]), `appending to ${name}`)) as string[] | null;
      if (said === null) return { done: true };
      return { done: false, last: said[0] === "" ? null : link(said[0], said[1], said[2]) };
    },
    last: async () => (await range(redis.xrevrange(stream, "+", "-", "COUNT", 1)))[0] ?? null,
    from: (after, limit) => range(redis.xrange(stream, after === null ? "-" : `(${after}`, "+", "COUNT", limit)),
    before: (id, limit) => range(redis.xrevrange(stream, id === null ? "+" : `(${id}`, "-", "COUNT", limit)),
    length: () => reached(redis.xlen(stream), `reading ${name}`),
    anchor: () => reached(redis.get(anchor), `reading ${name}`),
    async trim(known, next, keepFrom) {
      return (await reached(trim([stream, anchor], [known ?? "", next, keepFrom]), `trimming ${name}`)) === 1;
    },
  };
}

/** What lies there may have been put there by anybody: absent parts are empty. */
function link(id = "", label = "", text = ""): ChainLink {
  return { id, label, text };
}
