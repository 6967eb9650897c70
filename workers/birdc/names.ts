import { isIP } from "node:net";
import type { PeerNaming } from "../../src/cluster/bird.js";

const prefixes: readonly [string, PeerNaming][] = [
  ["Mesh_", "mesh"],
  ["Node_", "node"],
  ["Global_", "global"],
  ["Local_Workload_", "local_workload"],
];

/** What Calico put into a protocol's name: kind and address (`Mesh_192_168_10_12`, `Node_fd00__1_port_180`, `192.168.10.12`). */
export function readName(protocol: string): { naming: PeerNaming; address: string | null } {
  if (isIP(protocol) !== 0) return { naming: "bare", address: protocol };
  const found = prefixes.find(([prefix]) => protocol.startsWith(prefix));
  if (!found) return { naming: "other", address: null };
  const [prefix, naming] = found;
  return { naming, address: addressOf(protocol.slice(prefix.length).replace(/_port_\d+$/, "")) };
}

function addressOf(text: string): string | null {
  const candidates = [text.replaceAll("_", "."), text.replaceAll("_", ":")];
  return candidates.find((candidate) => isIP(candidate) !== 0) ?? null;
}
