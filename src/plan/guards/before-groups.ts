import type { Effect } from "../../calico/effect/effect.js";
import { securityGroupOf } from "../../calico/names.js";
import { policyOrder } from "../../calico/policy/order.js";
import { type Direction, forWorkloads, governs, type StoredPolicy } from "../../calico/policy/policy.js";
import { lastWord } from "../../calico/policy/rules.js";
import type { CompiledPolicy } from "../../calico/verdict/compiled.js";
import { itemName } from "../../calico/verdict/item.js";
import type { Guard, Step } from "../../contract/plan.js";
import { counted, moreApprovers, note } from "./guard.js";

const isGroup = ({ policy }: CompiledPolicy): boolean => securityGroupOf(policy.name) !== null;

/** The name of a policy as people know it. */
const subjectOf = ({ kind, namespace, name }: StoredPolicy): string => itemName({ kind, namespace, name: name.replace(/^default\./, "") });

/** Where each policy that is written comes in relation to the security groups: nearly always before them. */
export function landings({ after }: Effect, steps: readonly Step[]): Guard[] {
  const written = new Set(steps.flatMap(({ action, subject }) => (action === "delete" ? [] : subject)));
  const groups = after.sequence.filter(isGroup).length;
  let passed = 0;
  return after.sequence.flatMap((one) => {
    if (isGroup(one)) passed++;
    const subject = [itemName(one.policy), subjectOf(one.policy)].find((name) => written.has(name));
    if (subject === undefined || groups === 0) return [];
    return [note(`${subject}, ${placeOf(one.policy)} → ${where(groups - passed, groups)}`)];
  });
}

const placeOf = ({ order, tier }: StoredPolicy): string =>
  `${order === null ? "without order" : `order ${order}`}${tier === "default" ? "" : ` in tier ${tier}`}`;

function where(ahead: number, groups: number): string {
  const all = counted(groups, "security group");
  if (ahead === groups) return `before all ${all}`;
  return ahead === 0 ? `after all ${all}` : `before ${ahead.toLocaleString("en-US")} of ${all}`;
}

/** Policies that drop all that reaches them and come before the security groups, whose allows then count for nothing. */
export function dropsAll(effect: Effect, written: readonly CompiledPolicy[]): Guard[] {
  return written.flatMap((one) =>
    (["ingress", "egress"] as const).flatMap((direction) => {
      const { policy } = one;
      if (lastWord(policy, direction) !== "Deny" || !forWorkloads(policy)) return [];
      const { hit, all } = vmsBefore(effect, one, direction);
      if (hit === 0) return [];
      const whom = `${hit === all ? "all " : ""}${counted(hit, "VM port")}`;
      const rest = policy.spec[direction].length > 1 ? " (but for what its other rules say)" : "";
      const order = beforeWithoutOrder(effect, policy) ? "with or without an order it" : "with this order it";
      return [
        moreApprovers(
          `${subjectOf(policy)} drops all ${direction} of ${whom}${rest}: ${order} is evaluated before every security group; established connections survive`,
        ),
      ];
    }),
  );
}

/** VM ports for which a policy comes before any of their security groups. */
function vmsBefore({ parties, after }: Effect, one: CompiledPolicy, direction: Direction): { hit: number; all: number } {
  const vms = parties.all.filter(({ sides, leadsTo }) => leadsTo === null && sides[1].kind?.kind === "workload");
  const sum = (of: typeof vms): number => new Set(of.flatMap(({ members }) => members.map(({ endpoint }) => endpoint.id))).size;
  const hit = vms.filter(({ index }) => {
    const here = (after.policies[index] ?? []).filter(({ policy }) => governs(policy, direction));
    const [own, group] = [here.indexOf(one), here.findIndex(isGroup)];
    return own >= 0 && (group < 0 || own < group);
  });
  return { hit: sum(hit), all: sum(vms) };
}

/** Whether a policy would come before the security groups also without its order. */
function beforeWithoutOrder({ after }: Effect, policy: StoredPolicy): boolean {
  const group = after.sequence.find(isGroup)?.policy;
  const unordered = { ...policy, order: null };
  if (group === undefined || group.tier !== policy.tier) return true;
  return policyOrder([group, unordered], after.model.set.rule)[0] === unordered;
}
