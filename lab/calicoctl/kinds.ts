import { kubeControllersConfiguration } from "./shapes/controllers.js";
import { felixConfiguration } from "./shapes/felix.js";
import * as network from "./shapes/network.js";
import * as policy from "./shapes/policy.js";
import type { Shape } from "./shapes/shape.js";
import { workloadEndpoint } from "./shapes/workload.js";

/** One kind of resource, as calicoctl names, stores and prints it. */
export interface Kind {
  kind: string;
  /** Its part of the key in etcd. */
  plural: string;
  namespaced: boolean;
  /** Other words for it on the command line, in lower case, beside kind and plural. */
  aliases: readonly string[];
  shape: Shape;
  /** It belongs to a tier, which its label names. */
  tiered: boolean;
}

const one = (shape: Shape, aliases: string, more: Partial<Kind> = {}): Kind => ({
  kind: shape.type,
  plural: plural(shape.type),
  namespaced: false,
  tiered: false,
  aliases: aliases.split(" ").filter((word) => word !== ""),
  shape,
  ...more,
});

function plural(kind: string): string {
  const lower = kind.toLowerCase();
  return lower.endsWith("policy") ? `${lower.slice(0, -1)}ies` : `${lower}s`;
}

export const kinds: readonly Kind[] = [
  one(network.bgpConfiguration, "bgpconfig bgpconfigs"),
  one(network.bgpFilter, ""),
  one(network.bgpPeer, "bgpp bgpps bp bps"),
  one(network.clusterInformation, "clusterinfo clusterinfos"),
  one(felixConfiguration, "felixconfig felixconfigs"),
  one(policy.globalNetworkPolicy, "gnp gnps", { tiered: true }),
  one(network.globalNetworkSet, ""),
  one(network.hostEndpoint, "hep heps"),
  one(network.ipPool, "ipp ipps pool pools"),
  one(network.ipReservation, ""),
  one(kubeControllersConfiguration, "kcconfig kcconfigs"),
  one(policy.networkPolicy, "np nps pol policy policies", { namespaced: true, tiered: true }),
  one(network.networkSet, "", { namespaced: true }),
  one(network.node, "no nos"),
  one(policy.profile, "pro pros"),
  one(policy.stagedGlobalNetworkPolicy, "sgnp sgnps", { tiered: true }),
  one(policy.stagedKubernetesNetworkPolicy, "sknp sknps", { namespaced: true }),
  one(policy.stagedNetworkPolicy, "snp snps", { namespaced: true, tiered: true }),
  one(network.tier, ""),
  one(workloadEndpoint, "wep weps", { namespaced: true }),
];

/** The kind that a word of the command line means, or null. */
export function kindOf(word: string): Kind | null {
  const lower = word.toLowerCase();
  return kinds.find(({ kind, plural, aliases }) => [kind.toLowerCase(), plural, ...aliases].includes(lower)) ?? null;
}

/** The kind of a document. */
export const kindNamed = (name: string): Kind | null => kinds.find(({ kind }) => kind === name) ?? null;
