import { securityGroupOf } from "../../calico/names.js";
import type { PolicySet } from "../../calico/policy/effective.js";
import { type Direction, forWorkloads, governs, type StoredPolicy } from "../../calico/policy/policy.js";
import { lastWord, passesSome } from "../../calico/policy/rules.js";
import { type Finding, finding } from "../finding.js";
import { inTurns } from "../read.js";
import { count } from "../say.js";
import { type Counted, called, findingId, type LabelSet } from "./selected.js";

/** People's policies and tiers that decide on all traffic of VMs before their security groups are looked at. */
export async function overriding({ facts, sets, vms }: Counted): Promise<Finding[]> {
  const ahead = beforeGroups(facts.set);
  const found: Finding[] = [];
  for (const direction of ["ingress", "egress"] as const) {
    const hits = new Map<StoredPolicy | string, number>();
    await inTurns(sets, (set) => {
      if (set.kind === "vm") for (const by of deciding(ahead, set, direction)) hits.set(by, (hits.get(by) ?? 0) + set.count);
    });
    for (const [by, n] of hits)
      found.push(typeof by === "string" ? atTheEnd(by, { n, vms, direction }) : decided(by, { n, vms, direction }));
  }
  return found;
}

interface Ahead {
  name: string;
  /** What happens at its end; null for the tier of the security groups, where they come next. */
  end: "Deny" | "Pass" | null;
  policies: PolicySet["tiers"][number]["policies"];
}

/** Everything up to the first security group; nothing when there is none to be overridden. */
function beforeGroups({ tiers }: PolicySet): Ahead[] {
  const ahead: Ahead[] = [];
  for (const { tier, policies } of tiers) {
    const first = policies.findIndex(({ policy }) => securityGroupOf(policy.name) !== null);
    if (first >= 0) return [...ahead, { name: tier.name, end: null, policies: policies.slice(0, first) }];
    ahead.push({ name: tier.name, end: tier.end, policies });
  }
  return [];
}

/** Policies that decide on everything that reaches them, and names of tiers at whose end the rest is dropped. */
function deciding(ahead: readonly Ahead[], { labels }: LabelSet, direction: Direction): (StoredPolicy | string)[] {
  const found: (StoredPolicy | string)[] = [];
  for (const { name, end, policies } of ahead) {
    const here = policies.filter(
      ({ policy, choice }) => governs(policy, direction) && forWorkloads(policy) && choice.ok && choice.selects(labels),
    );
    const last = here.findIndex(({ policy }) => lastWord(policy, direction) !== null);
    const reached = (last < 0 ? here : here.slice(0, last + 1)).map(({ policy }) => policy);
    const decider = last < 0 ? undefined : reached.at(-1);
    if (decider && lastWord(decider, direction) !== "Pass") found.push(decider);
    if (!decider && here.length > 0 && end === "Deny") found.push(name);
    const goesOn = here.length === 0 || reached.some((policy) => passesSome(policy, direction)) || (!decider && end !== "Deny");
    if (!goesOn) return found;
  }
  return found;
}

interface Hit {
  n: number;
  vms: number;
  direction: Direction;
}

const whom = ({ n, vms }: Hit): string => `${n === vms ? "all " : ""}${count(n, "VM port")}`;

function decided(policy: StoredPolicy, hit: Hit): Finding {
  const { n, vms, direction } = hit;
  const denies = lastWord(policy, direction) === "Deny";
  const some = policy.spec[direction].length > 1 ? " that its other rules leave over" : "";
  const text = `${called(policy)} ${denies ? "drops" : "allows"} all ${direction} of ${whom(hit)}${some}, before any security group`;
  const why =
    policy.order === null
      ? "it has no order and sorts before ossg.default.…"
      : "any order comes before the security groups, which have none";
  const detail = [
    `what the security groups ${denies ? "allow" : "leave out"} does not count there`,
    policy.tier === "default" ? why : `it is in tier ${policy.tier}`,
    "fix: narrow its selector or rules, or end it with a rule `action: Pass` in a tier of its own",
  ];
  return finding({ id: findingId(policy), light: denies && n === vms ? "bad" : "warn", text, detail, weight: n });
}

/** A tier ahead of the security groups that denies at its end, with no policy in it that passes the rest on. */
function atTheEnd(tier: string, hit: Hit): Finding {
  const text = `tier ${tier} drops all ${hit.direction} of ${whom(hit)} that its policies do not decide on, before any security group`;
  const detail = [
    "its default action is Deny",
    "fix: a last rule `action: Pass` in one of its policies leaves the rest to the security groups",
  ];
  return finding({ id: `tier:${tier}`, light: hit.n === hit.vms ? "bad" : "warn", text, detail, weight: hit.n });
}
