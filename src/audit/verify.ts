import type { KeyObject } from "node:crypto";
import type { AuditHead } from "../contract/job.js";
import type { ChainLink } from "../redis/chain.js";
import { genesis, hashOf, isAnchor, isSigned, readAnchor, readRecord } from "./entry.js";

/** A record to be looked through: what it begins after, and its entries in the order in which they lie there. */
export interface Source {
  anchor: string | null;
  links: AsyncIterable<ChainLink>;
  /** A part put away: its first entry says itself what it follows on. */
  part?: boolean;
}

/** A head that somebody knows from elsewhere: a log, a worker's disk. */
export interface KnownHead {
  hash: string;
  /** Null = only the hash is known. */
  seq: number | null;
  /** Who knows it, for people: `--head`, the name of a file. */
  from: string;
}

export interface Verdict {
  entries: number;
  first: number | null;
  head: AuditHead | null;
  /** What is wrong, in words; none = the record is whole. */
  problems: string[];
  /** How many more there are. */
  more: number;
}

const mostProblems = 20;

/** Looks whether every entry is there, in order, unchanged, signed by a bot, and whether the record still holds the heads known from elsewhere. */
export async function verify(source: Source, how: { keys: readonly KeyObject[]; heads: readonly KnownHead[] }): Promise<Verdict> {
  const walk = begin(source, how.keys);
  for await (const link of source.links) step(walk, link, how.keys);
  walk.problems.push(...gaps(walk), ...breaks(walk));
  for (const head of how.heads) missing(walk, head);
  const { entries, first, last, problems } = walk;
  const hash = walk.hashes.get(last);
  const head = hash === undefined ? null : { seq: last, hash };
  return { entries, first, head, problems: problems.slice(0, mostProblems), more: Math.max(0, problems.length - mostProblems) };
}

interface Walk {
  entries: number;
  first: number | null;
  /** Number of the entry seen last, or of the one that the record begins after. */
  last: number;
  /** What the record begins after; null = a part, whose beginning is not known. */
  anchored: number | null;
  /** Hashes by number, with that of what the record begins after. */
  hashes: Map<number, string>;
  /** What an entry says that it follows on, by its number. */
  follows: Map<number, string>;
  problems: string[];
}

function begin({ anchor, part }: Source, keys: readonly KeyObject[]): Walk {
  const empty = { entries: 0, first: null, last: 0, follows: new Map<number, string>(), problems: [] };
  if (part === true) return { ...empty, anchored: null, hashes: new Map() };
  const whole: Walk = { ...empty, anchored: 0, hashes: new Map([[0, genesis]]) };
  if (anchor === null) return whole;
  const read = readAnchor(anchor);
  if (read !== null && isAnchor(read, keys))
    return { ...whole, last: read.seq, anchored: read.seq, hashes: new Map([[read.seq, read.hash]]) };
  return { ...whole, problems: ["the anchor, which says what the record begins after, is not signed by a bot"] };
}

function step(walk: Walk, link: ChainLink, keys: readonly KeyObject[]): void {
  walk.entries++;
  const record = readRecord(link.text);
  if (record === null) {
    walk.problems.push(`what lies after entry ${walk.last} is not an entry (any more)`);
    return;
  }
  const { entry, prev, hash } = record;
  const { seq } = entry;
  if (hashOf(entry, prev) !== hash || link.label !== hash) walk.problems.push(`entry ${seq} was changed: it does not have its hash`);
  else if (!isSigned(record, keys)) walk.problems.push(`entry ${seq} is signed by no bot that the configuration knows`);
  if (walk.follows.has(seq)) walk.problems.push(`entry ${seq} is there twice`);
  else if (walk.first !== null && seq < walk.last) walk.problems.push(`entry ${seq} lies behind entry ${walk.last}: the order was changed`);
  walk.first ??= seq;
  walk.last = seq;
  walk.hashes.set(seq, hash);
  walk.follows.set(seq, prev);
}

/** Numbers that are not there, between what the record begins after and its last entry. */
function gaps({ anchored, follows }: Walk): string[] {
  const found: string[] = [];
  let before = anchored;
  for (const seq of [...follows.keys()].toSorted((a, b) => a - b)) {
    if (before !== null && seq === before + 2) found.push(`entry ${before + 1} is missing`);
    else if (before !== null && seq > before + 2) found.push(`entries ${before + 1} to ${seq - 1} are missing`);
    before = Math.max(before ?? 0, seq);
  }
  return found;
}

/** Entries that follow on another one than the one before them. */
function breaks({ hashes, follows }: Walk): string[] {
  return [...follows].flatMap(([seq, prev]) => {
    const before = hashes.get(seq - 1);
    return before === undefined || before === prev ? [] : [`entry ${seq} does not follow on entry ${seq - 1}: one of them was exchanged`];
  });
}

function missing({ hashes, anchored, last, problems }: Walk, { seq, hash, from }: KnownHead): void {
  if (seq !== null && hashes.get(seq) === hash) return;
  // A put-away entry is not here; the anchor vouches for it.
  if (seq !== null && seq < (anchored ?? 0)) return;
  if (seq === null && [...hashes.values()].some((one) => one.startsWith(hash))) return;
  const which = seq === null ? "" : ` of entry ${seq}`;
  const why = seq !== null && hashes.has(seq) ? `entry ${seq} is another one now` : `the record ends at entry ${last}: its tail was cut`;
  problems.push(`the head ${hash.slice(0, 16)}…${which}, known from ${from}, is not in the record; ${why}`);
}
