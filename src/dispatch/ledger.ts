import type { AuditEvent } from "../audit/entry.js";
import { type Actor, actorId } from "../contract/actor.js";
import type { Failure } from "../contract/failure.js";
import type { AuditHead } from "../contract/job.js";
import type { Outcome } from "../contract/outcome.js";
import type { DispatchDeps } from "./deps.js";
import { keys, type RequestRecord } from "./record.js";

/** Puts what happens into the audit record. */
export interface Ledger {
  /**
   * A request, before anything of it is queued or shown. What asks a cluster, or shows what the bots keep, is refused when it cannot be
   * recorded: throws `queue_unavailable`. A refusal and help are given all the same, for they tell nothing; then null, and the log has it. `typed` is recorded of a line that could not be understood.
   */
  asked(record: RequestRecord, typed: string): Promise<AuditHead | null>;
  /** A job that has its answer. Returns at once; what fails is written later, by whichever bot. */
  answered(record: RequestRecord, outcome: Outcome): void;
  /** Somebody wants jobs stopped. Stopping never waits for the record: what cannot be recorded is logged. */
  cancel(record: RequestRecord, what: Cancelled): Promise<void>;
  /** A change that moved on. Returns at once; what cannot be recorded is logged. */
  changed(what: Moved): void;
  /** Waits for what is being written. */
  drain(): Promise<void>;
}

export interface Cancelled {
  actor: Actor;
  channel: string | null;
  jobs: RequestRecord["jobs"];
  refused: Failure | null;
}

/** Where a change stands now, and who or what brought it there. */
export interface Moved {
  change: string;
  request: string;
  cluster: string;
  line: string;
  state: string;
  /** actorId() of a person, `worker:ID`; null = time. */
  who: string | null;
  channel: string | null;
  note: string;
}

export function createLedger({ audit, state, log }: Pick<DispatchDeps, "audit" | "state" | "log">): Ledger {
  const writing = new Set<Promise<void>>();
  return {
    asked: (record, typed) => asked({ audit, log }, record, typed),
    answered(record, outcome) {
      const work = audit
        .append(answeredEvent(record, outcome))
        .then(async () => void (await state.move([], [{ unrank: keys.unrecorded, member: outcome.job }])))
        .catch((error: unknown) => log.warn({ job: outcome.job, err: error }, "an answer was not recorded; it is tried again"))
        .finally(() => writing.delete(work));
      writing.add(work);
    },
    changed(what) {
      const work = audit
        .append(changedEvent(what))
        .then(() => undefined)
        .catch((error: unknown) => log.error({ change: what.change, state: what.state, err: error }, "a change's move was not recorded"))
        .finally(() => writing.delete(work));
      writing.add(work);
    },
    async cancel(record, what) {
      await audit
        .append(cancelEvent(record, what))
        .catch((error: unknown) => log.warn({ request: record.id, actor: actorId(what.actor), err: error }, "a cancel was not recorded"));
    },
    async drain() {
      await Promise.all(writing);
    },
  };
}

async function asked({ audit, log }: Pick<DispatchDeps, "audit" | "log">, record: RequestRecord, typed: string): Promise<AuditHead | null> {
  const event = askedEvent(record, typed);
  try {
    return await audit.append(event);
  } catch (error) {
    if (event.code === "queued" || (event.code === "shown" && !record.onlyFor)) throw error;
    log.warn({ request: record.id, audit: event, err: error }, "answered without a place in the audit record");
    return null;
  }
}

function base(record: RequestRecord): AuditEvent {
  const { place, actor } = record;
  return {
    what: "asked",
    request: record.id,
    job: null,
    actor: actorId(actor),
    via: record.via,
    channel: place.kind === "slack" ? place.channel : null,
    thread: place.kind === "slack" ? place.thread : null,
    line: record.line,
    clusters: [],
    code: "shown",
    reason: null,
    worker: null,
    ms: null,
  };
}

function askedEvent(record: RequestRecord, typed: string): AuditEvent {
  const { jobs, missing, show } = record;
  const clusters = [...jobs, ...missing].map(({ cluster }) => cluster);
  const [unasked] = missing;
  const code = jobs.length > 0 ? "queued" : (unasked?.failure.code ?? show?.failure ?? "shown");
  const reason = unasked?.failure.message ?? (show?.failure === undefined ? null : show.verdict.text);
  return { ...base(record), line: record.line === "" ? typed : withDigest(record), clusters, code, reason };
}

/** What was written below a line may be long and secret; its digest proves later which it was. */
const withDigest = ({ line, document }: RequestRecord): string =>
  document === null ? line : `${line} (document of ${document.bytes} bytes, sha256 ${document.sha256})`;

function answeredEvent(record: RequestRecord, outcome: Outcome): AuditEvent {
  const { job, cluster, ok, failure, worker, started, ended } = outcome;
  const code = ok ? "ok" : (failure?.code ?? "internal");
  const work = worker === "" ? { worker: null, ms: null } : { worker, ms: Math.max(0, Math.round(ended - started)) };
  return { ...base(record), ...work, what: "answered", job, clusters: [cluster], code, reason: failure?.message ?? null };
}

function changedEvent({ change, request, cluster, line, state, who, channel, note }: Moved): AuditEvent {
  const nothing = { thread: null, worker: null, ms: null };
  const reason = note === "" ? null : note;
  return {
    ...nothing,
    what: "change",
    request,
    job: change,
    actor: who ?? "time",
    via: "change",
    channel,
    line,
    clusters: [cluster],
    code: state,
    reason,
  };
}

function cancelEvent(record: RequestRecord, { actor, channel, jobs, refused }: Cancelled): AuditEvent {
  const clusters = jobs.map(({ cluster }) => cluster);
  const job = jobs.length === 1 ? (jobs[0]?.id ?? null) : null;
  const code = refused?.code ?? "asked to stop";
  return { ...base(record), what: "cancel", actor: actorId(actor), channel, job, clusters, code, reason: refused?.message ?? null };
}
