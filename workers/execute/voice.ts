import type { KeyObject } from "node:crypto";
import { type EnvelopeKind, seal } from "../../src/contract/envelope.js";
import { wireVersion } from "../../src/contract/job.js";
import type { Heartbeat, Outcome, Progress } from "../../src/contract/outcome.js";
import type { Log } from "../../src/log/log.js";
import type { ClusterQueue } from "../../src/queue/cluster-queue.js";

type Say = (phase: number, done: number, total: number) => void;

/** What a worker says, signed. */
export interface Voice {
  /** Waits until Redis has it. */
  outcome(replyTo: string, outcome: Outcome): Promise<void>;
  /** At most one message per `every` ms, with the newest counts; what is lost is lost, and after end() only the outcome speaks. */
  progressOf(job: string, every: number): { say: Say; end: () => void };
  beat(heartbeat: Omit<Heartbeat, "v" | "worker" | "cluster">): Promise<void>;
}

export interface Speaker {
  worker: string;
  cluster: string;
  signingKey: KeyObject;
  queue: ClusterQueue;
  log: Log;
  now: () => number;
}

/** An outcome is shown also by a bot that was away for a while. Ms, like the others. */
const outcomeLife = 15 * 60_000;
const progressLife = 60_000;
/** The key in Redis lives 15 s; the signature allows for clocks that differ by half a minute. */
const beatLife = 45_000;

export function createVoice({ worker, cluster, signingKey, queue, log, now }: Speaker): Voice {
  const sign = (kind: EnvelopeKind, id: string, { ttl, payload }: { ttl: number; payload: unknown }) =>
    seal({ kind, id, cluster, actor: `worker:${worker}`, ttl, payload }, signingKey, now());
  const sendProgress = (value: Progress): void => {
    queue
      .progress(sign("progress", value.job, { ttl: progressLife, payload: value }))
      .catch((error: unknown) => log.debug({ job: value.job, err: error }, "progress was not sent"));
  };
  return {
    outcome: (replyTo, outcome) => queue.reply(replyTo, sign("outcome", outcome.job, { ttl: outcomeLife, payload: outcome })),
    progressOf: (job, every) => coalesced(every, (phase, done, total) => sendProgress({ v: wireVersion, job, phase, done, total })),
    beat: (heartbeat) => {
      const payload: Heartbeat = { v: wireVersion, worker, cluster, ...heartbeat };
      return queue.beat(worker, sign("heartbeat", worker, { ttl: beatLife, payload }));
    },
  };
}

function coalesced(every: number, send: Say): { say: Say; end: () => void } {
  let latest: Parameters<Say> | null = null;
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    timer = null;
    if (latest === null) return;
    send(...latest);
    latest = null;
    timer = setTimeout(flush, every);
  };
  return {
    say(...at) {
      latest = at.map((value) => Math.max(0, Math.trunc(value))) as Parameters<Say>;
      if (timer === null) flush();
    },
    end() {
      latest = null;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
