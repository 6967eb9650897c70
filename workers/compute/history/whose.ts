import { objectAt } from "../../../src/calico/keys.js";
import { type KindName, kindOf } from "../../../src/calico/kinds.js";
import { securityGroupOf } from "../../../src/calico/names.js";

/** Kinds that people write, or that are written once and whose change everybody feels. */
const written: readonly KindName[] = [
  "NetworkPolicy",
  "GlobalNetworkPolicy",
  "StagedNetworkPolicy",
  "StagedGlobalNetworkPolicy",
  "StagedKubernetesNetworkPolicy",
  "Tier",
  "NetworkSet",
  "GlobalNetworkSet",
  "HostEndpoint",
  "Profile",
  "IPPool",
  "IPReservation",
  "Node",
  "BGPPeer",
  "BGPConfiguration",
  "BGPFilter",
  "FelixConfiguration",
  "ClusterInformation",
];

export const peoplesKinds = written.map(kindOf);
const names: ReadonlySet<string> = new Set(written);

/** Who writes what lies under a key: people, or Neutron (a security group, a VM port); null = it is not told. */
export function writerOf(key: string): "people" | "group" | "port" | null {
  const object = objectAt(key);
  if (object === null) return null;
  if (object.kind.kind === "WorkloadEndpoint") return "port";
  if (!names.has(object.kind.kind)) return null;
  return object.kind.kind === "NetworkPolicy" && securityGroupOf(object.place.name) !== null ? "group" : "people";
}
