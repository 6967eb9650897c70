import type { Policy } from "../resource.js";

/** A policy in force, as it lies in etcd. */
export interface StoredPolicy {
  kind: "NetworkPolicy" | "GlobalNetworkPolicy";
  /** Null = global. */
  namespace: string | null;
  /** As its key has it: up to v3.31 those of tier `default` are called `default.<name>` there. */
  name: string;
  /** `default` when none is stored, as in what Neutron's driver writes. */
  tier: string;
  /** Null = after all that have one. */
  order: number | null;
  spec: Policy["spec"];
}

export type Direction = "ingress" | "egress";

/** A policy as its place in etcd and its spec make it. */
export function storedPolicy(
  kind: StoredPolicy["kind"],
  place: Pick<StoredPolicy, "namespace" | "name">,
  spec: Policy["spec"],
): StoredPolicy {
  return { kind, ...place, tier: spec.tier === undefined || spec.tier === "" ? "default" : spec.tier, order: spec.order ?? null, spec };
}

/** Which directions it governs. Without stored types felix takes both, whatever rules there are; calicoctl always stores types. */
export function governs({ spec }: StoredPolicy, direction: Direction): boolean {
  if (isRaw(spec)) return true;
  return spec.types?.some((type) => type.toLowerCase() === direction) ?? false;
}

/** No types are stored: nobody but Neutron's driver, or a hand in etcd, writes so. */
export const isRaw = ({ types }: Policy["spec"]): boolean => types === undefined || types.length === 0;

/** Policies of tier and kind that only meet forwarded or untracked traffic of hosts never govern a VM. */
export const forWorkloads = ({ spec }: StoredPolicy): boolean => spec.preDNAT !== true && spec.doNotTrack !== true;
