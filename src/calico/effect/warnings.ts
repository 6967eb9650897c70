import { securityGroupOf } from "../names.js";
import type { Direction } from "../policy/policy.js";
import { forWorkloads, governs } from "../policy/policy.js";
import { passesSome } from "../policy/rules.js";
import { labelsIn } from "../selector/evaluate.js";
import type { CompiledPolicy } from "../verdict/compiled.js";
import { idleRule, idleText, isUngoverned } from "../verdict/idle-rule.js";
import { itemName } from "../verdict/item.js";
import type { Model } from "../verdict/model.js";
import { changedPolicies, type Effect } from "./effect.js";
import type { Party } from "./parties.js";
import type { Standing } from "./standing.js";

/** What is likely not meant about the policies that a change brings, in sentences. */
export function warningsOf(effect: Effect): string[] {
  const { is } = changedPolicies(effect);
  return [
    ...is.flatMap((one) => [
      ...selecting(one, effect),
      ...idle(one, effect.after.model),
      ...labels(one, effect.after.model),
      ...passing(one, effect),
    ]),
    ...early(is, effect),
    ...dropping(effect),
  ];
}

const called = ({ policy }: CompiledPolicy): string => itemName(policy);
const endpoints = (count: number): string => (count === 1 ? "1 endpoint" : `${count} endpoints`);
const governed = ({ parties }: Effect): Party[] => parties.all.filter(({ sides, leadsTo }) => sides[1].kind !== null && leadsTo === null);
const sizeOf = (parties: readonly Party[]): number =>
  new Set(parties.flatMap(({ members }) => members.map(({ endpoint }) => endpoint.id))).size;

/** How many endpoints there are, counted once however many policies select them. */
function allIn(effect: Effect): number {
  const known = counted.get(effect) ?? sizeOf(governed(effect));
  counted.set(effect, known);
  return known;
}
const counted = new WeakMap<Effect, number>();

function selecting(one: CompiledPolicy, effect: Effect): string[] {
  const all = governed(effect);
  const selected = all.filter(({ index }) => effect.after.policies[index]?.includes(one));
  if (all.length === 0 || !one.choice.ok) return [];
  if (selected.length === 0) return [`${called(one)} selects nothing`];
  return selected.length === all.length ? [`${called(one)} selects all ${endpoints(allIn(effect))}`] : [];
}

/** Rules of one policy that are told one by one. */
const mostIdle = 5;

/** Rules that decide nothing. Neutron writes the same rule more than once, and nobody mends that by hand. */
function idle(one: CompiledPolicy, model: Model): string[] {
  if (one.missing !== null || securityGroupOf(one.policy.name) !== null) return [];
  const found = (["ingress", "egress"] as const).flatMap((direction) => {
    if (isUngoverned(one, direction)) return [`has ${direction} rules, and its types leave out ${direction}: they are never evaluated`];
    const rules = one.rules[direction];
    return rules.flatMap((_, i) => {
      const why = idleRule(model, rules, i);
      return why === null ? [] : [`${direction} rule ${i} ${idleText(why)}${why.kind === "never" ? `: ${why.why}` : ""}`];
    });
  });
  const more = found.length - mostIdle;
  return [...found.slice(0, mostIdle), ...(more > 0 ? [`has ${more} more rules that decide nothing`] : [])].map(
    (text) => `${called(one)} ${text}`,
  );
}

/** Labels that it asks for and nothing carries, which is often a slip of the pen. */
function labels({ policy, choice, rules }: CompiledPolicy, { index, networkSets }: Model): string[] {
  const carried = new Set(networkSets.flatMap(({ owner }) => Object.keys(owner.labels)));
  const ends = [...rules.ingress, ...rules.egress].flatMap(({ source, destination }) => [source, destination]);
  const own = choice.ok ? labelsIn(choice.selector) : [];
  const peers = ends.flatMap(({ selector, notSelector }) => [selector, notSelector]).flatMap((one) => (one === null ? [] : labelsIn(one)));
  const unknown = [
    ...own.filter((label) => !index.carries(label)),
    ...peers.filter((label) => !index.carries(label) && !carried.has(label)),
  ];
  return [...new Set(unknown)].map((label) => `${itemName(policy)} asks for the label ${label}, which nothing carries`);
}

/** Where nothing comes after, to pass on is to drop. */
export function passing(one: CompiledPolicy, effect: Effect): string[] {
  return (["ingress", "egress"] as const).flatMap((direction) => {
    if (!passesSome(one.policy, direction)) return [];
    const last = governed(effect).filter(({ index, sides }) => {
      const here = governing(effect.after, index, direction);
      const own = here.includes(one);
      return own && here.at(-1)?.policy.tier === one.policy.tier && sides[1].kind?.profiles.length === 0;
    });
    return last.length === 0
      ? []
      : [`Pass in ${called(one)} drops: nothing comes after tier ${one.policy.tier} for ${direction} of ${endpoints(sizeOf(last))}`];
  });
}

const governing = ({ policies }: Standing, party: number, direction: Direction): CompiledPolicy[] =>
  (policies[party] ?? []).filter(({ policy, missing }) => missing === null && forWorkloads(policy) && governs(policy, direction));

/** Policies that decide before Neutron's security groups do. */
function early(changed: readonly CompiledPolicy[], { after: { sequence } }: Effect): string[] {
  const first = sequence.findIndex(({ policy }) => securityGroupOf(policy.name) !== null);
  const fresh = new Set(changed);
  return sequence
    .slice(0, Math.max(0, first))
    .flatMap((one) => (fresh.has(one) ? [`${called(one)} comes before the security groups`] : []));
}

/** Tiers that govern endpoints which they left alone before: what their policies do not allow is dropped at their end. */
export function dropping(effect: Effect): string[] {
  const found = new Map<string, Party[]>();
  for (const party of governed(effect))
    for (const direction of ["ingress", "egress"] as const) {
      if (effect.before.policies[party.index] === effect.after.policies[party.index]) continue;
      const tiers = (of: Standing) => new Set(governing(of, party.index, direction).map(({ policy }) => policy.tier));
      const before = tiers(effect.before);
      for (const tier of tiers(effect.after)) {
        const key = `${tier} ${direction}`;
        if (!before.has(tier)) found.set(key, [...(found.get(key) ?? []), party]);
      }
    }
  const ends = new Map(effect.after.model.set.tiers.map(({ tier }) => [tier.name, tier.end]));
  return [...found].flatMap(([key, parties]) => {
    const [tier = "", direction] = key.split(" ");
    return ends.get(tier) === "Deny"
      ? [`tier ${tier} newly drops what its policies do not allow: ${direction} of ${endpoints(sizeOf(parties))}`]
      : [];
  });
}
