import type { Effect } from "../../calico/effect/effect.js";
import type { CompiledPolicy } from "../../calico/verdict/compiled.js";
import type { Guard, Step } from "../../contract/plan.js";
import { blocking, counted, moreApprovers } from "./guard.js";

/** Tiers that are to be deleted while policies are in them. */
export function tiersInUse({ after }: Effect, steps: readonly Step[]): Guard[] {
  const gone = steps.flatMap(({ action, subject }) => (action === "delete" && subject.startsWith("Tier ") ? subject.slice(5) : []));
  return gone.flatMap((tier) => {
    const left = after.sequence.filter(({ policy }) => policy.tier === tier).length;
    return left === 0 ? [] : [blocking(`Tier ${tier} still has ${counted(left, "policy", "policies")}: calicoctl refuses to delete it`)];
  });
}

/** Tiers that keep policies and lose their last rule that allows anything. */
export function lastAllows({ before, after }: Effect): Guard[] {
  const allowing = (all: readonly CompiledPolicy[]): Set<string> => new Set(all.filter(allows).map(({ policy }) => policy.tier));
  const [was, is] = [allowing(before.sequence), allowing(after.sequence)];
  const ends = new Map(after.model.set.tiers.map(({ tier, policies }) => [tier.name, { end: tier.end, size: policies.length }]));
  return [...was].flatMap((tier) => {
    const left = ends.get(tier);
    return is.has(tier) || left === undefined || left.size === 0 || left.end === "Pass"
      ? []
      : [moreApprovers(`tier ${tier} loses its last rule that allows anything: all that its policies select is dropped there`)];
  });
}

const allows = ({ rules }: CompiledPolicy): boolean =>
  [...rules.ingress, ...rules.egress].some(({ action }) => action === "Allow" || action === "Pass");
