import { securityGroupOf, vmNamespace } from "../../calico/names.js";
import { type Mistake, namespaceLabel } from "../../calico/policy/applies.js";
import type { StoredPolicy } from "../../calico/policy/policy.js";
import { vmLabels } from "../../calico/resource.js";
import { labelsIn } from "../../calico/selector/evaluate.js";
import { type Finding, finding, sorted } from "../finding.js";
import { count, list } from "../say.js";
import type { PolicyFacts } from "./facts.js";
import { overriding } from "./overriding.js";
import { type Counted, called, findingId, type Selected } from "./selected.js";

/** What is wrong with people's policies, or likely not what they meant. */
export async function lint(counted: Counted): Promise<Finding[]> {
  const { facts } = counted;
  const people = facts.set.tiers.flatMap(({ tier, policies }) =>
    policies.filter(({ policy }) => counted.selected.has(policy)).map((one) => ({ ...one, tier })),
  );
  return sorted([
    ...people.flatMap((one) => (one.choice.ok ? [] : [mistake(one.policy, one.choice.mistakes)])),
    ...people.flatMap(({ policy, choice }) =>
      choice.ok && nothing(counted.selected.get(policy)) ? [idle(policy, choice.selector, counted)] : [],
    ),
    ...facts.set.tiers.flatMap(({ tier, policies }) => (tier.exists ? [] : [tierless(tier.name, policies.length)])),
    ...(await overriding(counted)),
    ...keys(facts),
    ...withoutGroup(counted),
    ...lostGroups(counted),
    ...unreadable(facts),
  ]);
}

const nothing = (selected: Selected | undefined): boolean => selected !== undefined && selected.vms + selected.hosts === 0;

function mistake(policy: StoredPolicy, mistakes: readonly Mistake[]): Finding {
  const [first] = mistakes;
  const detail = mistakes.flatMap(({ text, at }) => [text, `${" ".repeat(at)}^`]);
  const text = `${called(policy)} has a ${first?.field} that cannot be read: ${first?.message}`;
  return finding({
    id: findingId(policy),
    light: "bad",
    text,
    detail: [...detail, "felix treats the policy as missing", "fix: mend the selector where the caret stands"],
    weight: 90,
  });
}

/** Why a policy selects no endpoint. */
function idle(policy: StoredPolicy, selector: Parameters<typeof labelsIn>[0], { facts, sets }: Counted): Finding {
  const about = { id: findingId(policy), light: "warn" as const, weight: 10 };
  const text = `${called(policy)} selects nothing`;
  const { namespace, spec } = policy;
  const here = vmNamespace(facts.region);
  if (namespace !== null && !sets.some(({ labels }) => labels[namespaceLabel] === namespace))
    return finding({
      ...about,
      text: `${text}: namespace ${namespace} has no VM`,
      detail: [`fix: the VMs of this region are in ${here}; store it there`],
    });
  const detail = [`selector: ${spec.selector ?? "all()"}`];
  const unknown = [...new Set(labelsIn(selector))].filter((label) => !sets.some(({ labels }) => Object.hasOwn(labels, label)));
  if (unknown.length > 0) detail.push(`no endpoint has the label ${list(unknown, 3)}`);
  if (spec.namespaceSelector || spec.serviceAccountSelector)
    detail.push("namespaceSelector and serviceAccountSelector look at labels that VMs of OpenStack do not have");
  detail.push(
    unknown.length > 0 ? "fix: a typo, or the label is still to be given to endpoints" : "fix: no endpoint has these labels together",
  );
  return finding({ ...about, text, detail });
}

function tierless(name: string, policies: number): Finding {
  const text = `tier ${name} does not exist, and ${count(policies, "policy names it", "policies name it")}`;
  return finding({
    id: `tier:${name}`,
    light: "warn",
    text,
    detail: [
      "such policies run after all tiers, and what they leave over is denied",
      `fix: create the tier ${name}, or name an existing one`,
    ],
    weight: 20,
  });
}

function keys({ generation }: PolicyFacts): Finding[] {
  const { kind, prefixed, twice } = generation;
  const cure = "fix: `calicoctl datastore migrate-policy-names` of a newer Calico renames the keys (it writes: not through this command)";
  if (twice.length > 0) {
    const text = `${count(twice.length, "policy is", "policies are")} stored twice, as default.<name> and <name>: ${list(twice, 4)}`;
    return [
      finding({ id: "keys:", light: "bad", text, detail: ["both are in force, and calicoctl changes only one of them", cure], weight: 40 }),
    ];
  }
  if (kind !== "mixed") return [];
  const text = `${count(prefixed.length, "policy keeps", "policies keep")} the key of an older Calico beside newer ones: ${list(prefixed, 4)}`;
  return [
    finding({
      id: "keys:",
      light: "warn",
      text,
      detail: ["calicoctl from v3.32 on lists them and cannot find them by name", cure],
      weight: 30,
    }),
  ];
}

/** VMs without a profile that no security group and no policy selects: nothing gets in or out. */
function withoutGroup({ sets, facts }: Counted): Finding[] {
  const choices = facts.set.tiers.flatMap(({ policies }) => policies.map(({ choice }) => choice));
  const bare = sets.filter(
    ({ kind, labels, profiles }) =>
      kind === "vm" && !profiles && !Object.keys(labels).some((name) => name.startsWith(vmLabels.groupPrefix)),
  );
  const cut = bare.filter(
    ({ labels }) =>
      labels["projectcalico.org/orchestrator"] === "openstack" && !choices.some((choice) => choice.ok && choice.selects(labels)),
  );
  const vms = cut.reduce((sum, { count }) => sum + count, 0);
  if (vms === 0) return [];
  const text = `${count(vms, "VM port")} without any security group or policy: everything is dropped there`;
  return [
    finding({
      id: "groups:none",
      light: "warn",
      text,
      detail: ["a port without security groups, or with port security off, matches no policy", "fix: give the port a security group"],
      weight: vms,
    }),
  ];
}

/** Groups that VMs carry as labels and that have no policy. */
function lostGroups({ sets, facts }: Counted): Finding[] {
  const stored = new Set(facts.set.tiers.flatMap(({ policies }) => policies.flatMap(({ policy }) => securityGroupOf(policy.name) ?? [])));
  const lost = new Map<string, number>();
  for (const { labels, count } of sets)
    for (const name of Object.keys(labels)) {
      const id = name.startsWith(vmLabels.groupPrefix) ? name.slice(vmLabels.groupPrefix.length) : null;
      if (id !== null && !stored.has(id)) lost.set(id, (lost.get(id) ?? 0) + count);
    }
  if (lost.size === 0) return [];
  const vms = [...lost.values()].reduce((sum, n) => sum + n, 0);
  const text = `${count(lost.size, "security group")} of VMs ${lost.size === 1 ? "has" : "have"} no policy in etcd: ${list([...lost.keys()], 3)}`;
  return [
    finding({
      id: "groups:lost",
      light: "bad",
      text,
      detail: [
        `carried by ${count(vms, "port")}, which miss what it allows`,
        "fix: Neutron's master writes it at its next resync; `status` tells whether there is a master",
      ],
      weight: 100 + vms,
    }),
  ];
}

function unreadable({ unreadable }: PolicyFacts): Finding[] {
  if (unreadable.length === 0) return [];
  const text = `${count(unreadable.length, "key")} in etcd cannot be read and ${unreadable.length === 1 ? "is" : "are"} left out`;
  return [
    finding({
      id: "unreadable:",
      light: "warn",
      text,
      detail: [list(unreadable, 3), "fix: write them anew with calicoctl, or delete them"],
    }),
  ];
}
