import { createPublicKey, type KeyObject } from "node:crypto";
import { mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../contract/failure.js";
import type { AuditHead } from "../contract/job.js";
import type { Log } from "../log/log.js";
import type { Chain, ChainLink } from "../redis/chain.js";
import { makeAnchor, readAnchor, readRecord } from "./entry.js";
import { linksOf } from "./links.js";
import { verify } from "./verify.js";

/** Entries that stay in Redis, some 700 bytes each; older ones go to the archive. */
export const keptEntries = 100_000;

export interface Retention {
  chain: Chain;
  /** The bots' key: signs what the rest begins after. */
  key: KeyObject;
  /** Public keys of other bots. */
  botKeys?: readonly KeyObject[];
  /** The state folder; null = nothing is archived, and the oldest entries are lost when the record is full. */
  folder: string | null;
  log: Log;
  keep?: number;
}

/**
 * Puts the oldest entries away when there are a tenth more than are to be kept: checked, written to a file, and only then dropped,
 * with a signed anchor in their place. Entries that do not hold together stay where they are. Resolves to how many went.
 */
export async function retain(how: Retention): Promise<number> {
  const { chain, key, botKeys = [], folder, log, keep = keptEntries } = how;
  if ((await chain.length()) <= keep * 1.1) return 0;
  const [known, last] = [await chain.anchor(), await chain.last()];
  const until = (last === null ? 0 : seqOf(last)) - keep;
  const old: ChainLink[] = [];
  let keepFrom: string | null = null;
  for await (const link of linksOf(chain)) {
    if (seqOf(link) > until) {
      keepFrom = link.id;
      break;
    }
    old.push(link);
  }
  const keys = [createPublicKey(key), ...botKeys];
  const { problems, head } = await verify({ anchor: known, links: each(old) }, { keys, heads: [] });
  if (problems.length > 0 || head === null || keepFrom === null) {
    log.error({ problems }, "the oldest entries of the audit record do not hold together; they are not put away");
    return 0;
  }
  if (folder === null) log.warn({ until: head }, "the oldest entries of the audit record are dropped: no state folder to archive them in");
  else await archive(folder, old, log);
  const done = await chain.trim(known, JSON.stringify(makeAnchor(anchorOf(head, known), key)), keepFrom);
  return done ? old.length : 0;
}

/** Something that is no entry counts with the oldest, where it is found out. */
const seqOf = ({ text }: ChainLink): number => readRecord(text)?.entry.seq ?? 0;

/** An anchor never goes back. */
function anchorOf(head: AuditHead, known: string | null): AuditHead {
  const before = known === null ? null : readAnchor(known);
  if (before !== null && before.seq > head.seq) throw fail("internal", "the audit record's anchor would go back");
  return head;
}

async function* each(links: readonly ChainLink[]): AsyncGenerator<ChainLink> {
  yield* links;
}

async function archive(folder: string, links: readonly ChainLink[], log: Log): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `audit-${links.slice(0, 1).map(seqOf).join()}-${links.slice(-1).map(seqOf).join()}.jsonl`);
  const handle = await open(`${file}.new`, "w", 0o600);
  try {
    for (const { text } of links) await handle.write(`${text}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  log.info({ file, entries: links.length }, "audit entries were put away");
}
