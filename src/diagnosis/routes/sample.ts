import type { Cluster } from "../../cluster/cluster.js";
import type { Host } from "../../cluster/inventory.js";

const samples = 5;

/** The hosts that stand for all: every reflector, and a few computes spread evenly over racks and names. */
export function representatives({ hosts }: Pick<Cluster, "hosts">): { reflectors: Host[]; sampled: Host[] } {
  const able = hosts.filter((host) => host.ssh && !host.maintenance);
  const reflectors = able.filter((host) => host.role === "reflector");
  const others = able
    .filter((host) => host.role === "compute")
    .toSorted((a, b) => placeOf(a).localeCompare(placeOf(b), "en", { numeric: true }));
  const step = Math.max(1, others.length / samples);
  const sampled = Array.from({ length: Math.min(samples, others.length) }, (_, i) => others[Math.floor(i * step)]);
  return { reflectors, sampled: sampled.filter((host) => host !== undefined) };
}

const placeOf = ({ rack, name }: Host): string => `${rack ?? ""} ${name}`;
