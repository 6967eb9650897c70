import type { Labels } from "../selector/selector.js";
import { type Choice, choiceOf } from "./applies.js";
import { policyOrder, type TieRule, type TierPlace, tierOrder } from "./order.js";
import { type Direction, forWorkloads, governs, type StoredPolicy } from "./policy.js";

/** All policies of a cluster in the order of evaluation, with their selectors compiled. */
export interface PolicySet {
  tiers: { tier: TierPlace; policies: { policy: StoredPolicy; choice: Choice }[] }[];
  rule: TieRule;
}

/** Puts policies in order: tier by tier, and in a tier by order and tie rule. `choice` may know selectors that were compiled before. */
export function policySet(
  policies: readonly StoredPolicy[],
  tiers: readonly Omit<TierPlace, "exists">[],
  rule: TieRule,
  choice: (policy: StoredPolicy) => Choice = choiceOf,
): PolicySet {
  const byTier = new Map<string, StoredPolicy[]>();
  for (const policy of policies) {
    const tier = byTier.get(policy.tier);
    if (tier) tier.push(policy);
    else byTier.set(policy.tier, [policy]);
  }
  const places = tierOrder(tiers, byTier.keys());
  const compiled = (policy: StoredPolicy) => ({ policy, choice: choice(policy) });
  return { rule, tiers: places.map((tier) => ({ tier, policies: policyOrder(byTier.get(tier.name) ?? [], rule).map(compiled) })) };
}

/** The same set without some policies and with others, whose choices are given; only their tiers are put in order again. */
export function replaced({ tiers, rule }: PolicySet, gone: ReadonlySet<StoredPolicy>, come: ReadonlyMap<StoredPolicy, Choice>): PolicySet {
  const touched = new Set([...gone, ...come.keys()].map(({ tier }) => tier));
  const byName = new Map(tiers.map((one) => [one.tier.name, one.policies]));
  for (const tier of touched) {
    const kept = (byName.get(tier) ?? []).filter(({ policy }) => !gone.has(policy));
    const all = new Map([
      ...kept.map(({ policy, choice }) => [policy, choice] as const),
      ...[...come].filter(([policy]) => policy.tier === tier),
    ]);
    byName.set(
      tier,
      policyOrder([...all.keys()], rule).map((policy) => ({ policy, choice: all.get(policy) as Choice })),
    );
  }
  const existing = tiers.flatMap(({ tier }) => (tier.exists ? tier : []));
  const named = [...byName].flatMap(([name, policies]) => (policies.length > 0 ? name : []));
  return { rule, tiers: tierOrder(existing, named).map((tier) => ({ tier, policies: byName.get(tier.name) ?? [] })) };
}

/** What an endpoint's traffic meets in a tier, in this order. */
export interface EffectiveTier {
  tier: TierPlace;
  ingress: StoredPolicy[];
  egress: StoredPolicy[];
}

/** The tiers with a policy that selects these labels. A tier counts for a direction only if one of them governs it. */
export function effective({ tiers }: PolicySet, labels: Labels, workload = true): EffectiveTier[] {
  return tiers.flatMap(({ tier, policies }) => {
    const selected = policies
      .filter(({ policy, choice }) => choice.ok && choice.selects(labels) && (!workload || forWorkloads(policy)))
      .map(({ policy }) => policy);
    const of = (direction: Direction): StoredPolicy[] => selected.filter((policy) => governs(policy, direction));
    return selected.length === 0 ? [] : [{ tier, ingress: of("ingress"), egress: of("egress") }];
  });
}
