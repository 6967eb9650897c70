import { open } from "../contract/envelope.js";
import { toFailure } from "../contract/failure.js";
import { Heartbeat } from "../contract/outcome.js";
import type { Log } from "../log/log.js";
import type { KnownCluster } from "./deps.js";

export type Alive = Heartbeat & { ageMs: number };

/** The workers of a cluster that gave a signed sign of life; whoever else writes one is logged and not counted. */
export async function workersOf(cluster: KnownCluster, log: Log, now: number): Promise<Alive[]> {
  const alive: Alive[] = [];
  for (const raw of await cluster.queue.beats()) {
    try {
      const how = { kind: "heartbeat" as const, cluster: cluster.name, keys: cluster.workerKeys, now };
      const { envelope, value } = open(raw, Heartbeat, how);
      // A copy under another name is not another worker.
      const own = value.cluster === cluster.name && value.worker === envelope.id;
      if (own && !alive.some((other) => other.worker === value.worker)) alive.push({ ...value, ageMs: Math.max(0, now - envelope.iat) });
    } catch (error) {
      log.warn({ cluster: cluster.name, failure: toFailure(error) }, "a sign of life was not believed");
    }
  }
  return alive;
}
