import { open } from "../contract/envelope.js";
import { type Failure, fail, hintOf, toFailure } from "../contract/failure.js";
import { Heartbeat } from "../contract/outcome.js";
import type { Log } from "../log/log.js";
import type { KnownCluster } from "./deps.js";

export type Alive = Heartbeat & { ageMs: number };

/** Who gave a sign of life, and why others were not believed; those are logged and not counted. */
export interface Presence {
  alive: Alive[];
  doubts: Failure[];
}

export async function presenceOf(cluster: KnownCluster, log: Log, now: number): Promise<Presence> {
  const { alive, doubts }: Presence = { alive: [], doubts: [] };
  for (const raw of await cluster.queue.beats()) {
    try {
      const how = { kind: "heartbeat" as const, cluster: cluster.name, keys: cluster.workerKeys, now };
      const { envelope, value } = open(raw, Heartbeat, how);
      // A copy under another name is not another worker.
      const own = value.cluster === cluster.name && value.worker === envelope.id;
      if (own && !alive.some((other) => other.worker === value.worker)) alive.push({ ...value, ageMs: Math.max(0, now - envelope.iat) });
    } catch (error) {
      const failure = toFailure(error);
      doubts.push(failure);
      log.warn({ cluster: cluster.name, failure }, "a sign of life was not believed");
    }
  }
  return { alive, doubts };
}

/** Looked up again after this, ms. */
const recent = 1000;
const seen = new WeakMap<KnownCluster, { at: number; presence: Presence | null }>();

/** The same, at most a second old while somebody is alive: a question is not kept waiting for what was just looked up for another. */
export async function recentPresence(cluster: KnownCluster, log: Log, now: number): Promise<Presence> {
  const known = seen.get(cluster);
  const at = performance.now();
  if (known !== undefined && known.presence !== null && at - known.at < recent) return known.presence;
  const presence = await presenceOf(cluster, log, now);
  // What was asked before a worker stopped says nothing about after it.
  if (presence.alive.length > 0 && (seen.get(cluster)?.at ?? 0) <= at) seen.set(cluster, { at, presence });
  return presence;
}

/** A worker of the cluster has stopped: what was seen before does not count. */
export function forgetPresence(cluster: KnownCluster): void {
  seen.set(cluster, { at: performance.now(), presence: null });
}

/** Why nobody can be asked. A worker whose clock or key does not fit is there, and looks as if it were not. */
export function absence(cluster: string, { doubts }: Presence): Failure {
  const [doubt] = doubts;
  if (doubt === undefined) return fail("no_worker", `${cluster} has not given a sign of life for 15 s`).failure;
  const hint = doubt.code === "expired" ? "compare the clocks of bot and worker" : hintOf(doubt);
  return fail("no_worker", `${cluster} gave a sign of life that cannot be believed: ${doubt.message}`, { hint }).failure;
}
