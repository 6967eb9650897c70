import { z } from "zod";
import { securityGroupOf } from "../../calico/names.js";
import type { TieRule } from "../../calico/policy/order.js";
import type { StoredPolicy } from "../../calico/policy/policy.js";
import { vmLabels } from "../../calico/resource.js";
import type { Labels } from "../../calico/selector/selector.js";
import { type Finding, finding } from "../finding.js";
import { count } from "../say.js";
import { type Counted, called, findingId, type Selected } from "./selected.js";

/** Something worth knowing about a policy that may well be meant so. */
export const Note = z.object({ id: z.string(), text: z.string(), detail: z.array(z.string()) });
export type Note = z.infer<typeof Note>;

/** Policies that select every VM: as such worth knowing, by a selector that names labels or with the hosts more likely a slip. */
export function scope(counted: Counted): { findings: Finding[]; notes: Note[] } {
  const { facts, selected, vms } = counted;
  const findings: Finding[] = [];
  const notes: Note[] = [];
  const hosts = facts.endpoints.length - vms;
  for (const { policy, choice } of facts.set.tiers.flatMap(({ policies }) => policies)) {
    const hit = selected.get(policy);
    if (hit === undefined || !choice.ok || vms < 2 || hit.vms < vms) continue;
    const named = choice.selector.op !== "all";
    if (named) findings.push(wide(policy, hit));
    else if (hosts > 0 && hit.hosts === hosts) findings.push(alsoHosts(policy, hit));
    else notes.push({ id: findingId(policy), text: `${called(policy)} selects all ${count(vms, "VM port")}`, detail: [] });
  }
  const order = ahead(counted);
  return { findings: [...findings, ...order.findings], notes: [...notes, ...order.notes] };
}

function wide(policy: StoredPolicy, { vms }: Selected): Finding {
  const text = `${called(policy)} selects all ${count(vms, "VM port")} although its selector names labels`;
  const detail = [
    `selector: ${policy.spec.selector ?? ""}`,
    "fix: `all()` if all are meant; `!=`, `not in` and `!has` also select what has no such label",
  ];
  return finding({ id: findingId(policy), light: "warn", text, detail, weight: 18 });
}

function alsoHosts(policy: StoredPolicy, { vms, hosts }: Selected): Finding {
  const text = `${called(policy)} selects all ${count(vms, "VM port")} and all ${count(hosts, "host interface")}, too`;
  const detail = [
    "what it leaves over is dropped on hosts as well, but for failsafe ports",
    "fix: `namespaceSelector: all()` keeps host interfaces out",
  ];
  return finding({ id: findingId(policy), light: "warn", text, detail, weight: 19 });
}

/** Policies in the tier of the security groups that their names alone put before or after these, and all that come before them. */
function ahead({ facts, selected, sets }: Counted): { findings: Finding[]; notes: Note[] } {
  const all = facts.set.tiers.flatMap(({ policies }) => policies);
  const first = all.findIndex(({ policy }) => securityGroupOf(policy.name) !== null);
  const grouped = sets.filter(({ kind, labels }) => kind === "vm" && inGroup(labels));
  const findings: Finding[] = [];
  const notes: Note[] = [];
  for (const [i, { policy, choice }] of all.entries()) {
    if (first < 0 || !choice.ok || (selected.get(policy)?.vms ?? 0) === 0) continue;
    const vms = grouped.reduce((sum, { labels, count: n }) => sum + (choice.selects(labels) ? n : 0), 0);
    if (vms === 0) continue;
    const unordered = policy.order === null && policy.tier === all[first]?.policy.tier;
    const of = `the security groups of ${count(vms, "VM port")}`;
    if (unordered) findings.push(byName(policy, i < first ? `before ${of}` : `after ${of}`, facts.set.rule));
    else if (i < first) notes.push({ id: findingId(policy), text: `${called(policy)} is evaluated before ${of}`, detail: [decides] });
  }
  return { findings, notes };
}

const inGroup = (labels: Labels): boolean => Object.keys(labels).some((name) => name.startsWith(vmLabels.groupPrefix));

const decides = "what its rules allow or deny is decided there, whatever the security groups say";

/** Where it stands to the security groups is likely nobody's decision. */
function byName(policy: StoredPolicy, where: string, rule: TieRule): Finding {
  const text = `${called(policy)} has no order, and only its name puts it ${where}`;
  const moves =
    rule === "key" ? "a new name moves it, and so may an upgrade to v3.32, which compares names in another way" : "a new name moves it";
  const detail = [moves, "fix: give it an order"];
  return finding({ id: findingId(policy), light: "warn", text, detail, weight: 8 });
}
