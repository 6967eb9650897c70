import type { KeyObject } from "node:crypto";
import type { Chain } from "../redis/chain.js";
import { type AuditEntry, isSigned, readRecord } from "./entry.js";

/** Which entries somebody looks for. */
export interface Wanted {
  /** Epoch ms. */
  since: number;
  /** Part of who asked; null = anybody. */
  by: string | null;
  /** Part of the line, or of the id of a job or change; null = anything. */
  object: string | null;
  limit: number;
}

const page = 500;
/** So many entries are looked through at most. */
const farthest = 20_000;

/** Entries that bots have signed, the newest first. Whether any is missing is for `verify` to find. */
export async function recentEntries({ chain, keys }: { chain: Chain; keys: readonly KeyObject[] }, wanted: Wanted): Promise<AuditEntry[]> {
  const found: AuditEntry[] = [];
  let before: string | null = null;
  for (let seen = 0; seen < farthest; seen += page) {
    const links = await chain.before(before, page);
    for (const { text } of links) {
      const record = readRecord(text);
      if (record === null || !isSigned(record, keys)) continue;
      if (Date.parse(record.entry.at) < wanted.since) return found;
      if (fits(record.entry, wanted)) found.push(record.entry);
      if (found.length >= wanted.limit) return found;
    }
    before = links.at(-1)?.id ?? null;
    if (before === null || links.length < page) return found;
  }
  return found;
}

function fits({ actor, line, job }: AuditEntry, { by, object }: Wanted): boolean {
  const has = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());
  return (by === null || has(actor, by)) && (object === null || has(line, object) || has(job ?? "", object));
}
