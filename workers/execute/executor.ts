import type { KeyObject } from "node:crypto";
import type { Cluster } from "../../src/cluster/cluster.js";

import type { Command, Done } from "../../src/command/define.js";
import type { ReadDocument } from "../../src/command/document.js";

import { open } from "../../src/contract/envelope.js";
import { type Failure, toFailure } from "../../src/contract/failure.js";
import { type AuditHead, Cancel, type Job, wireVersion } from "../../src/contract/job.js";
import type { Evidence, Outcome } from "../../src/contract/outcome.js";
import type { Log } from "../../src/log/log.js";
import type { ClusterQueue } from "../../src/queue/cluster-queue.js";
import type { Consumer, Delivery } from "../../src/queue/consume.js";
import { heartbeatEvery } from "../../src/queue/signals.js";
import { admit } from "./admit.js";
import { collector } from "./evidence.js";
import { type Ran, runJob, type Stop } from "./run.js";
import { createVoice, type Voice } from "./voice.js";

export interface ExecutorDeps {
  /** Id of this worker, unique among those of its cluster. */
  worker: string;
  version: string;
  cluster: Cluster;
  commands: ReadonlyMap<string, Command>;
  queue: ClusterQueue;
  /** Ed25519 private key of this worker. */
  signingKey: KeyObject;
  /** Public keys of the bots; only what they signed is run. */
  botKeys: readonly KeyObject[];
  /** Jobs at a time. */
  concurrency: number;
  log: Log;
  /** How documents are read; absent = here and now, which holds up all that runs. */
  readDocument?: ReadDocument;
  /** Told where the audit record ends, as the job's bot has signed it. */
  keepHead?: (head: AuditHead) => void;
  /** Told of every outcome, for the metrics. */
  onOutcome?: (outcome: Outcome) => void;
  /** Fingerprints of botKeys, told to the bots. */
  trusts?: readonly string[];
  /** Whether this worker changes its cluster just now. */
  changing?: () => boolean;
  /** Changes that it has made, newest first. */
  done?: () => readonly Done[];
  clock?: () => number;
  timing?: Partial<ExecutorTiming>;
}

/** All in ms. */
export interface ExecutorTiming {
  progressEvery: number;
  /** After its signal a command has this long to end. */
  grace: number;
  /** stop() is over after this. */
  stopWithin: number;
}

export interface Executor {
  start(): Promise<void>;
  /** Takes nothing more; lets jobs end, then fails them. */
  stop(): Promise<void>;
  running(): number;
}

/** Most jobs are answered before this, and nobody needs to know that they ran. Ms. */
const beatSoonAfter = 300;

interface Held {
  control: AbortController;
  done: Promise<void>;
}

type Optional = "readDocument" | "keepHead" | "trusts" | "onOutcome" | "changing" | "done";

interface State extends Required<Omit<ExecutorDeps, "timing" | "clock" | Optional>>, Pick<ExecutorDeps, Optional> {
  now: () => number;
  timing: ExecutorTiming;
  /** Tells the bots soon what runs, without waiting for the next sign of life. */
  beatSoon: () => void;
  voice: Voice;
  held: Map<string, Held>;
  /** Jobs that this worker has answered, by the time at which their envelope expires: a replay finds them here. */
  answered: Map<string, number>;
}

/** The worker's use case: takes signed jobs off the queue, runs declared commands, answers each once. */
export function createExecutor(deps: ExecutorDeps): Executor {
  const now = deps.clock ?? Date.now;
  const { worker, cluster, signingKey, queue, log } = deps;
  const voice = createVoice({ worker, cluster: cluster.name, signingKey, queue, log, now });
  const timing = { progressEvery: 1000, grace: 1000, stopWithin: 5000, ...deps.timing };
  const state: State = { ...deps, now, timing, voice, beatSoon: () => {}, held: new Map(), answered: new Map() };
  return { ...lifeOf(state), running: () => state.held.size };
}

function lifeOf(state: State): Pick<Executor, "start" | "stop"> {
  const { queue, log, held, timing, voice } = state;
  const started = state.now();
  let consumer: Consumer | null = null;
  let endCancels: (() => Promise<void>) | null = null;
  let timer: NodeJS.Timeout | undefined;
  const beat = (): void => {
    voice
      .beat({
        version: state.version,
        changes: state.changing?.() ?? false,
        running: held.size,
        jobs: [...held.keys()].slice(0, 100),
        trusts: [...(state.trusts ?? [])].slice(0, 20),
        started,
      })
      .catch((error: unknown) => log.warn({ failure: toFailure(error) }, "no sign of life could be given"));
  };
  let soon: NodeJS.Timeout | null = null;
  state.beatSoon = () => {
    soon ??= setTimeout(() => {
      soon = null;
      if (held.size > 0) beat();
    }, beatSoonAfter);
  };
  return {
    async start() {
      endCancels = await queue.onCancel((raw) => stopCancelled(state, raw));
      consumer = queue.consume("reads", { concurrency: state.concurrency, handle: (delivery) => handle(state, delivery) });
      beat();
      timer = setInterval(beat, heartbeatEvery);
    },
    async stop() {
      clearInterval(timer);
      if (soon !== null) clearTimeout(soon);
      state.beatSoon = () => {};
      await queue.unbeat(state.worker).catch(() => undefined);
      const closing = consumer?.close(timing.stopWithin + 500);
      const last = setTimeout(() => abortAll(state), Math.max(0, timing.stopWithin - timing.grace - 500));
      await closing;
      clearTimeout(last);
      await endCancels?.();
    },
  };
}

function abortAll({ held }: State): void {
  for (const { control } of held.values()) control.abort("stopped" satisfies Stop);
}

/** Works off one message. It throws only when the outcome could not be stored: then the queue gives it again. */
async function handle(state: State, delivery: Delivery): Promise<void> {
  const { cluster, botKeys, now, log } = state;
  // Asked for while the job is verified; an id that nobody signed has no cancel that anybody signed.
  const cancel = keptCancel(state, delivery.id);
  const admission = admit(delivery, { cluster: cluster.name, botKeys, now: now() });
  if (admission.kind === "dropped") {
    log.warn({ id: delivery.id, failure: admission.failure }, "a job was not believed and is not run");
    return;
  }
  if (admission.kind === "refused") {
    log.warn({ job: admission.job.id, failure: admission.failure }, "a job was refused");
    await refuse(state, admission.job, admission.failure);
    return;
  }
  const { job, exp } = admission;
  if (job.audit !== undefined) state.keepHead?.(job.audit);
  if (state.answered.has(job.id)) {
    log.warn({ job: job.id, request: job.request }, "a job came again after it was answered and is not run");
    return;
  }
  // The queue gives a job again when this process was too busy to renew its lock: it is still the same work.
  const already = state.held.get(job.id);
  if (already !== undefined) return already.done;
  const control = new AbortController();
  delivery.signal.addEventListener("abort", () => control.abort("stopped" satisfies Stop), { once: true });
  const done = work(state, job, { control, cancel }).finally(() => state.held.delete(job.id));
  state.held.set(job.id, { control, done });
  state.beatSoon();
  await done;
  remember(state, job.id, exp);
}

interface Stopping {
  control: AbortController;
  /** The cancel that was kept for it before it started; null = none, or Redis did not say. */
  cancel: Promise<unknown>;
}

async function work(state: State, job: Job, { control, cancel }: Stopping): Promise<void> {
  const { worker, cluster, commands, signingKey, readDocument, now, timing, voice, done } = state;
  const log = state.log.child({ request: job.request, job: job.id, command: job.command });
  const evidence = collector();
  const progress = voice.progressOf(job.id, timing.progressEvery);
  const started = now();
  log.info({ args: job.args, actor: job.actor, via: job.origin.via }, "job taken");
  const kept = await cancel;
  if (kept !== null && cancelledJob(state, kept) === job.id) control.abort("cancelled" satisfies Stop);
  const note = (what: Evidence): void => {
    evidence.note(what);
    const { output, ...rest } = what;
    // What came back is evidence; why nothing came belongs into the log.
    log.info(what.exit === null ? { ...rest, why: output } : rest, "asked");
  };
  const proposer = { worker, cluster: cluster.name, rules: cluster.changes, signingKey, now };
  const ran = await runJob({
    job,
    cluster,
    commands,
    control,
    note,
    progress: progress.say,
    readDocument,
    now,
    grace: timing.grace,
    log,
    proposer,
    done,
  });
  progress.end();
  await voice.outcome(job.replyTo, outcomeOf(state, job.id, { ran, evidence: evidence.collected(), started }));
  log.info({ ok: ran.ok, failure: ran.ok ? undefined : ran.failure, ms: now() - started }, "job answered");
}

function refuse(state: State, job: { id: string; replyTo: string }, failure: Failure): Promise<void> {
  const what = { ran: { ok: false as const, failure }, evidence: [], started: state.now() };
  return state.voice.outcome(job.replyTo, outcomeOf(state, job.id, what));
}

function outcomeOf(state: State, job: string, { ran, evidence, started }: { ran: Ran; evidence: Evidence[]; started: number }): Outcome {
  const base = { v: wireVersion, job, cluster: state.cluster.name, worker: state.worker, evidence, started, ended: state.now() } as const;
  const outcome: Outcome = ran.ok ? { ...base, ok: true, result: ran.result } : { ...base, ok: false, failure: ran.failure };
  state.onOutcome?.(outcome);
  return outcome;
}

/** A cancel is believed when a bot signed it for this very job. */
function cancelledJob(state: State, raw: unknown): string | null {
  try {
    const how = { kind: "cancel" as const, cluster: state.cluster.name, keys: state.botKeys, now: state.now() };
    const { envelope, value } = open(raw, Cancel, how);
    return envelope.id === value.job ? value.job : null;
  } catch (error) {
    state.log.warn({ failure: toFailure(error) }, "a cancel was not believed");
    return null;
  }
}

function stopCancelled(state: State, raw: unknown): void {
  const job = cancelledJob(state, raw);
  if (job !== null) state.held.get(job)?.control.abort("cancelled" satisfies Stop);
}

/** A job may have been cancelled before it started. Never throws. */
async function keptCancel(state: State, job: string): Promise<unknown> {
  try {
    return await state.queue.cancelled(job);
  } catch (error) {
    state.log.warn({ job, failure: toFailure(error) }, "could not look whether the job was cancelled");
    return null;
  }
}

/** The oldest come first: what has expired goes, up to the first that has not. One with a long life keeps those behind it, for that long. */
function remember({ answered, now }: State, job: string, exp: number): void {
  const time = now();
  for (const [id, until] of answered) {
    if (until >= time) break;
    answered.delete(id);
  }
  answered.set(job, exp);
}
