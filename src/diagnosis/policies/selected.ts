import { forWorkloads, type StoredPolicy } from "../../calico/policy/policy.js";
import type { Labels } from "../../calico/selector/selector.js";
import { inTurns } from "../read.js";
import type { Endpoint, PolicyFacts } from "./facts.js";

/** How many endpoints a policy selects. */
export interface Selected {
  vms: number;
  hosts: number;
}

/** Endpoints with the same labels: tens of thousands of VMs come in a few thousand sets, and each is judged once. */
export interface LabelSet {
  kind: Endpoint["kind"];
  labels: Labels;
  /** Whether they have profiles, which decide on what is passed on out of the last tier. */
  profiles: boolean;
  count: number;
}

export async function labelSets(endpoints: readonly Endpoint[]): Promise<LabelSet[]> {
  const sets = new Map<string, LabelSet>();
  await inTurns(endpoints, ({ kind, labels, profiles }) => {
    const id = `${kind} ${profiles.length > 0} ${JSON.stringify(labels)}`;
    const set = sets.get(id) ?? { kind, labels, profiles: profiles.length > 0, count: 0 };
    set.count++;
    sets.set(id, set);
  });
  return [...sets.values()];
}

/** Counts for the policies that `wanted` names, with a turn for the event loop between them. A policy with a mistake selects nothing. */
export async function countSelected(
  facts: PolicyFacts,
  sets: readonly LabelSet[],
  wanted: (policy: StoredPolicy) => boolean,
): Promise<ReadonlyMap<StoredPolicy, Selected>> {
  const counts = new Map<StoredPolicy, Selected>();
  for (const { policy, choice } of facts.set.tiers.flatMap(({ policies }) => policies)) {
    if (!wanted(policy)) continue;
    await new Promise((resolve) => setImmediate(resolve));
    const hit = choice.ok ? sets.filter(({ labels, kind }) => choice.selects(labels) && (kind === "host" || forWorkloads(policy))) : [];
    counts.set(policy, { vms: total(hit, "vm"), hosts: total(hit, "host") });
  }
  return counts;
}

function total(sets: readonly LabelSet[], kind: Endpoint["kind"]): number {
  return sets.reduce((sum, set) => sum + (set.kind === kind ? set.count : 0), 0);
}

/** Facts with what each of people's policies selects. */
export interface Counted {
  facts: PolicyFacts;
  selected: ReadonlyMap<StoredPolicy, Selected>;
  /** Ports of VMs in all. */
  vms: number;
  sets: readonly LabelSet[];
}

/** A policy's own name with its namespace, if it has one. */
export const pathOf = ({ namespace, name }: StoredPolicy): string => (namespace === null ? name : `${namespace}/${name}`);

/** By which findings about a policy are known. */
export const findingId = (policy: StoredPolicy): string => `policy:${policy.kind} ${pathOf(policy)}`;

/** A policy as sentences name it; quoted, so that it can be told as a name. */
export const called = (policy: StoredPolicy): string => `${policy.kind} \`${pathOf(policy)}\``;
