/** A kind of Calico's v3 API: how it is stored and how people call it. */
export interface Kind {
  /** As in a document: `GlobalNetworkPolicy`. */
  kind: string;
  /** Path segment of its etcd keys. */
  plural: string;
  namespaced: boolean;
  /** What people type beside kind and plural, lower case. */
  aliases: readonly string[];
}

const table = [
  { kind: "WorkloadEndpoint", plural: "workloadendpoints", namespaced: true, aliases: ["wep", "weps"] },
  { kind: "NetworkPolicy", plural: "networkpolicies", namespaced: true, aliases: ["np", "policy", "policies", "pol"] },
  { kind: "GlobalNetworkPolicy", plural: "globalnetworkpolicies", namespaced: false, aliases: ["gnp", "gnps"] },
  { kind: "StagedNetworkPolicy", plural: "stagednetworkpolicies", namespaced: true, aliases: ["snp"] },
  { kind: "StagedGlobalNetworkPolicy", plural: "stagedglobalnetworkpolicies", namespaced: false, aliases: ["sgnp"] },
  { kind: "StagedKubernetesNetworkPolicy", plural: "stagedkubernetesnetworkpolicies", namespaced: true, aliases: ["sknp"] },
  { kind: "Tier", plural: "tiers", namespaced: false, aliases: [] },
  { kind: "NetworkSet", plural: "networksets", namespaced: true, aliases: ["netset", "netsets", "ns"] },
  { kind: "GlobalNetworkSet", plural: "globalnetworksets", namespaced: false, aliases: ["gns", "globalnetset"] },
  { kind: "HostEndpoint", plural: "hostendpoints", namespaced: false, aliases: ["hep", "heps"] },
  { kind: "Profile", plural: "profiles", namespaced: false, aliases: ["pro"] },
  { kind: "IPPool", plural: "ippools", namespaced: false, aliases: ["ipp", "pool"] },
  { kind: "IPReservation", plural: "ipreservations", namespaced: false, aliases: ["ipres"] },
  { kind: "Node", plural: "nodes", namespaced: false, aliases: ["no"] },
  { kind: "BGPPeer", plural: "bgppeers", namespaced: false, aliases: ["bgpp", "peer"] },
  { kind: "BGPConfiguration", plural: "bgpconfigurations", namespaced: false, aliases: ["bgpconfig"] },
  { kind: "BGPFilter", plural: "bgpfilters", namespaced: false, aliases: [] },
  { kind: "FelixConfiguration", plural: "felixconfigurations", namespaced: false, aliases: ["felixconfig", "fc"] },
  { kind: "ClusterInformation", plural: "clusterinformations", namespaced: false, aliases: ["clusterinfo", "ci"] },
  { kind: "KubeControllersConfiguration", plural: "kubecontrollersconfigurations", namespaced: false, aliases: ["kcc"] },
  { kind: "LiveMigration", plural: "livemigrations", namespaced: true, aliases: ["lm"] },
] as const satisfies readonly Kind[];

export type KindName = (typeof table)[number]["kind"];

/** Every kind that an OpenStack cluster may hold in etcd and calicoctl can show. */
export const kinds: readonly Kind[] = table;

const byName: ReadonlyMap<string, Kind> = new Map(kinds.map((kind) => [kind.kind, kind]));

/** The kind of this name, for code; what people type goes to kindNamed(). */
export function kindOf(name: KindName): Kind {
  const kind = byName.get(name);
  if (!kind) throw new Error(`no kind ${name}`);
  return kind;
}

/** Every word that names a kind, lower case. */
export const kindWords: ReadonlyMap<string, Kind> = new Map(
  kinds.flatMap((kind) => [kind.kind.toLowerCase(), kind.plural, ...kind.aliases].map((word) => [word, kind] as const)),
);

/** The kind that somebody means, however it is written; null = none. */
export function kindNamed(word: string): Kind | null {
  return kindWords.get(word.toLowerCase()) ?? null;
}

const root = "/calico/resources/v3/projectcalico.org";

/** etcd prefix of all objects of a kind, or of those in one namespace. */
export function kindPrefix({ plural, namespaced }: Kind, namespace?: string): string {
  return namespaced && namespace !== undefined ? `${root}/${plural}/${namespace}/` : `${root}/${plural}/`;
}

/** etcd key of one object. */
export function objectKey(kind: Kind, name: string, namespace?: string): string {
  return `${kindPrefix(kind, namespace)}${name}`;
}
