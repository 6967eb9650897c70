import { type Cidr, contains, parseCidr } from "../calico/cidr.js";
import { vmNamespace } from "../calico/names.js";
import { namespaceLabel } from "../calico/policy/applies.js";
import { type Model, modelOf } from "../calico/verdict/model.js";
import type { Cluster } from "../cluster/cluster.js";
import { actorId } from "../contract/actor.js";
import { fail } from "../contract/failure.js";
import type { Guard } from "../contract/plan.js";
import { readParts } from "../diagnosis/verdict/read-model.js";
import { type CutOff, firstOrder } from "../plan/cut-off.js";
import type { Work } from "./define.js";

/** A cluster's policies and endpoints, to place something before all of them. */
export interface Ground {
  model: Model;
  cluster: Cluster;
}

/** Reads what a policy must come before. */
export async function ground(cluster: Cluster, work: Work): Promise<Ground> {
  const { parts } = await readParts(cluster, work);
  return { model: modelOf(parts), cluster };
}

/** Selects all VMs of the region, and no host. */
export const allVms = ({ region }: Cluster): string => `${namespaceLabel} == "${vmNamespace(region)}"`;

/** The order of a policy that comes before all others of tier `default`; those of its own kind may share it. */
export const orderBefore = ({ model }: Ground): number =>
  firstOrder([...model.compiled.keys()].flatMap(({ tier, name, order }) => (tier === "default" && !isCutOff(name) ? order : [])));

const isCutOff = (name: string): boolean => /^(default\.)?chatops-(block|isolate)-/.test(name);

/** Two of the same name would leave the first one in force when the second one ends. */
export function refuseTwice({ model }: Ground, name: string): void {
  const there = [...model.compiled.keys()].some(
    (policy) => policy.kind === "GlobalNetworkPolicy" && policy.name.replace(/^default\./, "") === name,
  );
  if (!there) return;
  throw fail("conflict", `${name} is in force already`, {
    hint: `\`changes\` tells until when; \`rollback ID\` ends it, or \`delete gnp ${name}\``,
  });
}

/** Policies that come first all the same, because their tier does. */
export function tiersBefore({ model }: Ground): Guard[] {
  const at = model.set.tiers.findIndex(({ tier }) => tier.name === "default");
  const before = model.set.tiers.slice(0, at).filter(({ policies }) => policies.length > 0);
  if (before.length === 0) return [];
  const names = before.map(({ tier }) => tier.name).join(", ");
  return [{ severity: "note", text: `what policies of ${before.length === 1 ? "tier" : "tiers"} ${names} allow is allowed before it` }];
}

/** Who wants it, why, and until when, for whoever finds the policy in the cluster. */
export function notesOf(
  { request, now, actor }: Pick<Work, "request" | "now" | "actor">,
  { why, lasts }: { why: string | undefined; lasts: string },
): CutOff["notes"] {
  const asked = new Date(now()).toISOString().slice(0, 16);
  const who = actor === undefined ? {} : { who: actorId(actor) };
  return { ...who, request, lasts: `${lasts} from when it is applied; asked for at ${asked}Z`, ...(why === undefined ? {} : { why }) };
}

/** The cloud's own prefixes that an address lies in or contains: configured ones, pools, hosts. */
export function ownRanges({ changes, hosts }: Pick<Cluster, "changes" | "hosts">, pools: readonly Cidr[], net: Cidr): string[] {
  const known = [...(changes?.ownRanges ?? []), ...hosts.flatMap(({ bgp, address }) => [address, ...bgp])].flatMap(
    (text) => parseCidr(text) ?? [],
  );
  return [...known, ...pools].filter((own) => contains(own, net) || contains(net, own)).map(({ text }) => text);
}
