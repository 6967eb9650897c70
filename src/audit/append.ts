import type { KeyObject } from "node:crypto";
import { fail } from "../contract/failure.js";
import type { AuditHead } from "../contract/job.js";
import type { Log } from "../log/log.js";
import type { Chain, ChainLink } from "../redis/chain.js";
import { type AuditEvent, type AuditRecord, genesis, makeRecord, readRecord } from "./entry.js";

/** Writes the audit record. Any number of bots may do so at once; none overwrites another's entry. */
export interface Audit {
  /** Resolves once the entry is stored, to where the record ends with it. Throws `queue_unavailable` within 1.6 s. */
  append(event: AuditEvent): Promise<AuditHead>;
  /** Waits for what is being stored. */
  close(): Promise<void>;
}

export interface AuditDeps {
  chain: Chain;
  /** Ed25519 private key of the bots. */
  key: KeyObject;
  log: Log;
  /** Told where the record ends, after every write. */
  keep?: (head: AuditHead) => void;
  clock?: () => Date;
}

interface Waiting {
  event: AuditEvent;
  stored: (head: AuditHead) => void;
  failed: (error: unknown) => void;
}

/** With so many bots writing in the same ms the record is not the bottleneck; this ends a quarrel that never should be. */
const mostTries = 30;
/** Entries of one write. */
const mostAtOnce = 200;

/** Entries that come while others are being stored go together in the next write. */
export function createAudit(deps: AuditDeps): Audit {
  const waiting: Waiting[] = [];
  let tail: Tail = { ...nothing, known: false };
  let pump: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    for (;;) {
      const batch = waiting.splice(0, mostAtOnce);
      if (batch.length === 0) break;
      try {
        tail = await store(deps, tail, batch);
      } catch (error) {
        // Nobody knows whether it was stored: look again before the next one.
        tail = { ...tail, known: false };
        for (const one of batch) one.failed(error);
      }
    }
    pump = null;
  };
  return {
    append: (event) =>
      new Promise((stored, failed) => {
        waiting.push({ event, stored, failed });
        pump ??= run();
      }),
    async close() {
      await pump;
    },
  };
}

/** The last entry as this process believes it to be. */
interface Tail {
  seq: number;
  hash: string | null;
  known: boolean;
}
const nothing = { seq: 0, hash: null };

async function store(deps: AuditDeps, before: Tail, batch: readonly Waiting[]): Promise<Tail> {
  let tail = before.known ? before : seen(deps, before, await deps.chain.last());
  for (let tries = 0; tries < mostTries; tries++) {
    const records = recordsOf(deps, tail, batch);
    const links = records.map((one) => ({ label: one.hash, text: JSON.stringify(one) }));
    const answer = await deps.chain.append(tail.hash, links);
    if (answer.done) return finished(deps, records, batch);
    tail = seen(deps, tail, answer.last);
    if (tries > 2) await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * tries));
  }
  throw fail("queue_unavailable", "the audit record is being written by too many at once");
}

function finished({ log, keep }: AuditDeps, records: readonly AuditRecord[], batch: readonly Waiting[]): Tail {
  const heads = records.map(({ entry, hash }) => ({ seq: entry.seq, hash }));
  heads.forEach((head, index) => batch[index]?.stored(head));
  const last = heads.at(-1);
  if (last === undefined) throw fail("internal", "nothing was appended");
  log.info({ audit: last }, "audit head");
  keep?.(last);
  return { ...last, known: true };
}

function recordsOf({ key, clock }: AuditDeps, tail: Tail, batch: readonly Waiting[]): AuditRecord[] {
  const at = clock?.() ?? new Date();
  let { seq } = tail;
  let prev = tail.hash ?? genesis;
  return batch.map(({ event }) => {
    const record = makeRecord(event, { prev, seq: ++seq, at }, key);
    prev = record.hash;
    return record;
  });
}

/** Builds on what lies there, whatever it is: what was done to it is for verify to find. That it became shorter is said at once. */
function seen({ log }: AuditDeps, before: Tail, last: ChainLink | null): Tail {
  const record = last === null ? null : readRecord(last.text);
  // What is no entry of ours is counted as one.
  const seq = last === null ? 0 : (record?.entry.seq ?? before.seq + 1);
  if (seq < before.seq) log.error({ was: before.seq, now: seq }, "the audit record was cut: it ended later than it does now");
  if (last !== null && record?.hash !== last.label)
    log.error({ seq }, "the last entry of the audit record is not one of the bots'; `calico-chatops audit verify` tells more");
  return { seq, hash: last?.label ?? null, known: true };
}
