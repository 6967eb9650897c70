import type { Answer, Ask } from "../../src/cluster/ask.js";
import type { Etcd, KeyValue, Range, RangeResult, Snapshot } from "../../src/cluster/etcd.js";
import type { Evaluator } from "../../src/cluster/evaluator.js";
import type { Historian, History } from "../../src/cluster/history.js";
import { type Failure, FailureError, hintOf, toFailure } from "../../src/contract/failure.js";
import { timeOfDay } from "../../src/contract/times.js";
import type { Log } from "../../src/log/log.js";
import { type Answered, type Compute, RefusedError, startCompute } from "./compute.js";
import { copied } from "./held.js";
import type { Thread } from "./keep-thread.js";
import type { CopyState, Piece } from "./question.js";

export interface Keeping {
  live: Etcd;
  spawn(): Thread;
  log: Log;
  /** Of etcd's configuration, ms: longest silence of the thread. */
  timeout: number;
}

/** etcd with a copy beside it, an evaluator over the copy, and what was seen to change. */
export interface KeptEtcd extends Etcd, Evaluator, Historian {
  /** Starts the thread; until then everything is read from etcd. */
  start(): void;
  /** Of the copy; null = the thread was not started. */
  state(signal: AbortSignal): Promise<CopyState | null>;
  close(): Promise<void>;
}

/** The copy must be proven to be no older than the question within so many ms; else etcd is read. */
const proof = 300;

/**
 * etcd read through the worker's copy where that is proven to be as new as etcd itself, else directly: whoever reads sees no
 * difference but time. Health, single keys and what is not copied are asked for directly.
 */
export function keptEtcd({ live, spawn, log, timeout }: Keeping): KeptEtcd {
  let compute: Compute | null = null;
  async function read(ranges: readonly Range[], ask: Ask): Promise<Answer<Snapshot>> {
    if (compute === null || !worthIt(ranges)) return live.read(ranges, ask);
    try {
      return { ok: true, value: await fromCopy(compute, { ranges, ask, timeout }) };
    } catch (error) {
      if (ask.signal.aborted) throw error;
      log.debug({ request: ask.request, why: toFailure(error).message }, "the copy of etcd did not answer; etcd is read");
      const direct = await live.read(ranges, ask);
      return direct.ok || !(error instanceof RefusedError) ? direct : sayHowOld(direct.failure, error.since);
    }
  }
  return {
    health: (ask) => live.health(ask),
    read,
    async evaluate(question, ask) {
      if (compute === null) return null;
      try {
        return await fromThread(compute, { question, ask, timeout });
      } catch (error) {
        if (ask.signal.aborted || error instanceof QuestionError) throw error;
        log.debug({ request: ask.request, why: toFailure(error).message }, "the compute thread did not evaluate; the worker does");
        return null;
      }
    },
    async since(at, ask) {
      if (compute === null) return null;
      try {
        return await historyOf(compute, { at, ask, timeout });
      } catch (error) {
        if (ask.signal.aborted) throw error;
        log.debug({ request: ask.request, why: toFailure(error).message }, "the compute thread did not tell what changed");
        return null;
      }
    },
    start() {
      compute ??= startCompute({ spawn, log });
    },
    state: async (signal) => (compute === null ? null : compute.state({ signal, within: timeout })),
    close: async () => compute?.close(),
  };
}

/** Single keys cost the same directly. */
function worthIt(ranges: readonly Range[]): boolean {
  const places = ranges.map((range) => ("key" in range ? range.key : "count" in range ? range.count : range.prefix));
  return ranges.some((range) => !("key" in range)) && places.every((place) => place.startsWith(copied));
}

interface Reading {
  ranges: readonly Range[];
  ask: Ask;
  timeout: number;
}

async function fromCopy(compute: Compute, { ranges, ask, timeout }: Reading): Promise<Snapshot> {
  const began = Date.now();
  const found: KeyValue[][] = ranges.map(() => []);
  let bytes = 0;
  const heard = (told: Answered): Extract<Answered, { tell: "read" }> | undefined => {
    if (told.tell === "read") return told;
    if (told.tell === "piece") bytes += take(told, found[told.range]);
    return undefined;
  };
  const question = { ask: "read" as const, ranges: [...ranges], within: Math.min(proof, timeout) };
  const { revision, at, by, counts } = await compute.ask(question, heard, { signal: ask.signal, within: timeout });
  const results = found.map((kvs, i): RangeResult => ({ kvs, count: counts[i] ?? 0 }));
  const keys = counts.reduce((sum, count) => sum + count, 0);
  ask.note({
    where: "worker",
    what: `etcd read of ${ranges.length} ranges at revision ${revision}`,
    exit: 0,
    ms: Date.now() - began,
    bytes,
    output: `${keys} keys from the worker's copy, which ${by} confirmed to be whole when it was asked`,
  });
  return { revision, at, ranges: results };
}

/** What is asked has no answer, and would not have one elsewhere. */
class QuestionError extends FailureError {}

/** An evaluation is waited for as long as the job may last: its signal ends it. ms. */
const evaluating = { within: 60_000, grace: 5000 };

async function fromThread(
  compute: Compute,
  { question, ask, timeout }: { question: unknown; ask: Ask; timeout: number },
): Promise<{ answer: unknown }> {
  const began = Date.now();
  const heard = (told: Answered) => (told.tell === "evaluated" || told.tell === "failed" ? told : undefined);
  const asked = { ask: "evaluate" as const, question, within: Math.min(proof, timeout) };
  const told = await compute.ask(asked, heard, { signal: ask.signal, ...evaluating });
  if (told.tell === "failed") throw new QuestionError(told.failure);
  const { revision, by, keys, answer } = told;
  ask.note({
    where: "worker",
    what: `policies evaluated at revision ${revision}`,
    exit: 0,
    ms: Date.now() - began,
    bytes: 0,
    output: `beside the worker's copy of ${keys} keys, which ${by} confirmed to be whole when it was asked`,
  });
  return { answer };
}

async function historyOf(compute: Compute, { at, ask, timeout }: { at: number; ask: Ask; timeout: number }): Promise<History> {
  const began = Date.now();
  const heard = (told: Answered): History | undefined => (told.tell === "history" ? told.history : undefined);
  const history = await compute.ask({ ask: "history", since: at }, heard, { signal: ask.signal, within: timeout });
  ask.note({
    where: "worker",
    what: "what the watch on etcd saw",
    exit: 0,
    ms: Date.now() - began,
    bytes: 0,
    output: `${history.writes.length + history.older} writes to objects that people write, ${history.groups.count} to security groups`,
  });
  return history;
}

/** Takes a piece in; returns the size of its values. */
function take({ keys, values, revisions, leases }: Piece, into: KeyValue[] | undefined): number {
  let bytes = 0;
  keys.forEach((key, i) => {
    const value = values[i] ?? "";
    bytes += value.length;
    into?.push({ key, value, revision: revisions[i] ?? 0, lease: leases[i] ?? null });
  });
  return bytes;
}

/** An old copy is never answered from, but it is good to know since when. */
function sayHowOld(failure: Failure, since: number | null): Answer<never> {
  if (since === null) return { ok: false, failure };
  const old = `the worker's copy is as of ${timeOfDay(since)} UTC and is not answered from`;
  return { ok: false, failure: { ...failure, hint: `${hintOf(failure)}; ${old}` } };
}
