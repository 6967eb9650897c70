import { securityGroupOf } from "../../calico/names.js";
import { type Direction, forWorkloads, governs, type StoredPolicy } from "../../calico/policy/policy.js";
import { passesSome } from "../../calico/policy/rules.js";
import { vmLabels } from "../../calico/resource.js";
import { type Finding, finding } from "../finding.js";
import { inTurns } from "../read.js";
import { count } from "../say.js";
import { type Counted, called, findingId, type LabelSet } from "./selected.js";

/** Policies whose Pass drops: no later tier has a policy for the VMs that they select, and these have no profile to decide. */
export async function passFindings({ facts, sets, selected }: Counted): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const [at, { policies }] of facts.set.tiers.entries())
    for (const { policy, choice } of policies) {
      if (!selected.has(policy) || !choice.ok || !forWorkloads(policy)) continue;
      for (const direction of ["ingress", "egress"] as const) {
        if (!passesSome(policy, direction)) continue;
        const later = laterThan(facts.set.tiers.slice(at + 1), direction);
        const mine = sets.filter(({ labels }) => choice.selects(labels));
        let dropped = 0;
        await inTurns(mine, (set) => {
          if (set.kind === "vm" && !set.profiles && !later(set)) dropped += set.count;
        });
        if (dropped > 0) found.push(told(policy, direction, dropped));
      }
    }
  return found;
}

type Tiers = Counted["facts"]["set"]["tiers"];

/** Whether something in later tiers governs endpoints; most are governed by their security groups, which are looked up. */
function laterThan(tiers: Tiers, direction: Direction): (set: LabelSet) => boolean {
  const all = tiers.flatMap(({ policies }) => policies).filter(({ policy }) => governs(policy, direction) && forWorkloads(policy));
  const groups = new Set(all.flatMap(({ policy }) => securityGroupOf(policy.name) ?? []));
  const others = all.filter(({ policy }) => securityGroupOf(policy.name) === null);
  const grouped = ({ labels }: LabelSet): boolean =>
    Object.keys(labels).some((label) => label.startsWith(vmLabels.groupPrefix) && groups.has(label.slice(vmLabels.groupPrefix.length)));
  return (set) => grouped(set) || others.some(({ choice }) => choice.ok && choice.selects(set.labels));
}

function told(policy: StoredPolicy, direction: Direction, vms: number): Finding {
  const text = `${called(policy)}: what its ${direction} rules pass on is dropped for ${count(vms, "VM port")}`;
  const detail = [
    `no later tier has a policy for their ${direction}, and VMs of OpenStack have no profile that would decide`,
    "fix: Allow instead of Pass, or give these VMs a security group or policy in a later tier",
  ];
  return finding({ id: findingId(policy), light: "warn", text, detail, weight: 60 + vms });
}
