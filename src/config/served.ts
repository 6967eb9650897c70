import { fail } from "../contract/failure.js";
import type { ClusterConfig, WorkerConfig } from "./valid.js";

/** The cluster whose worker section a file holds; with several, the one that was named. */
export function servedBy(clusters: readonly ClusterConfig[], name: string | null): { cluster: ClusterConfig; worker: WorkerConfig } {
  const able = clusters.filter((cluster) => cluster.worker !== null && (name === null || cluster.name === name));
  const [cluster, ...others] = able;
  if (!cluster?.worker)
    throw fail(
      "not_found",
      name === null ? "no cluster of this configuration has a `worker:` section" : `cluster ${name} has no \`worker:\` section here`,
    );
  if (others.length > 0)
    throw fail("ambiguous", `this configuration has workers of ${able.map((each) => each.name).join(", ")}`, {
      hint: "say which with --cluster NAME",
    });
  return { cluster, worker: cluster.worker };
}
