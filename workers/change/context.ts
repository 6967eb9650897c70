import type { KeyObject } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { Ask } from "../../src/cluster/ask.js";
import type { Calicoctl } from "../../src/cluster/calicoctl.js";
import type { Cluster } from "../../src/cluster/cluster.js";
import type { Etcd } from "../../src/cluster/etcd.js";
import type { Envelope } from "../../src/contract/envelope.js";
import type { Evidence } from "../../src/contract/outcome.js";
import type { Plan, Severity, Step } from "../../src/contract/plan.js";
import type { Log } from "../../src/log/log.js";
import type { Journal } from "../journal/journal.js";

/** What this worker demands whatever a bot says. */
export interface Limits {
  leastApprovers: Readonly<Record<Severity, number>>;
  /** Kinds that it writes; null = all but those that nobody may. */
  kinds: readonly string[] | null;
}

export interface ChangerDeps {
  /** Id of this worker. */
  worker: string;
  cluster: Cluster;
  /** etcd itself, never a copy of it. */
  etcd: Etcd;
  calicoctl: Calicoctl;
  journal: Journal;
  signingKey: KeyObject;
  /** Of all workers of this cluster: one of them made the plan. */
  workerKeys: readonly KeyObject[];
  botKeys: readonly KeyObject[];
  limits: Limits;
  /** Gives news to the bots, waiting for Redis as long as it takes. */
  send(news: Envelope): Promise<void>;
  /** Whether a stored value is what a step leaves there: `step.after` but for what every write changes. */
  isOurs(step: Step, value: string): boolean;
  /** Plans the same again and says why the approval does not fit any more although no object has moved; null = it does. Absent = not asked. */
  planAgain?(plan: Plan, ask: Ask): Promise<string | null>;
  log: Log;
  clock?: () => number;
  timing?: Partial<ChangerTiming>;
}

/** All in ms. */
export interface ChangerTiming {
  /** Between two looks at the deadlines. */
  tick: number;
  /** Between two tries while etcd does not answer. */
  retry: number;
  /** After a calicoctl was ended what it sent may still arrive until then. */
  settle: number;
  /** A calicoctl that outlived its worker has ended by then. */
  orphan: number;
  /** felix enforces what is stored within this. */
  inForce: number;
  /** Between two looks at what is watched while a change may still be put back. */
  watch: number;
  /** stop() lets a step that runs end within this. */
  stopWithin: number;
}

const usual: ChangerTiming = { tick: 500, retry: 3000, settle: 2000, orphan: 15_000, inForce: 1000, watch: 15_000, stopWithin: 5000 };

/** What every part of the room works with. */
export interface Context extends Required<Omit<ChangerDeps, "clock" | "timing">> {
  now: () => number;
  timing: ChangerTiming;
  /** Aborted when the worker stops: everything is left as the journal has it. */
  closing: AbortController;
  /** A question on behalf of a change. */
  askFor(change: string): Ask;
}

export function contextOf({ clock, timing, planAgain = () => Promise.resolve(null), ...deps }: ChangerDeps): Context {
  const closing = new AbortController();
  // Each change that is open waits for it.
  setMaxListeners(0, closing.signal);
  return {
    ...deps,
    planAgain,
    now: clock ?? Date.now,
    timing: { ...usual, ...timing },
    closing,
    askFor: (change) => ({
      signal: closing.signal,
      request: change,
      note: ({ output, ...rest }: Evidence) => deps.log.info({ change, ...rest, ...(rest.exit === 0 ? {} : { why: output }) }, "asked"),
    }),
  };
}

/** Waits; rejects when the worker stops. */
export function pause({ closing: { signal } }: Pick<Context, "closing">, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new DOMException("the worker stops", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
