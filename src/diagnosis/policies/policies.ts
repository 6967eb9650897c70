import { z } from "zod";
import { securityGroupOf } from "../../calico/names.js";
import { governs, isRaw, type StoredPolicy } from "../../calico/policy/policy.js";
import { Finding } from "../finding.js";
import type { PolicyFacts } from "./facts.js";
import { lint } from "./lint.js";
import { type Counted, countSelected, labelSets } from "./selected.js";

const PolicyRow = z.object({
  tier: z.string(),
  order: z.number().nullable(),
  /** `group`: all security groups that follow each other, as one row. */
  kind: z.enum(["NetworkPolicy", "GlobalNetworkPolicy", "group"]),
  name: z.string(),
  /** How many policies this row stands for. */
  count: z.number(),
  types: z.string(),
  vms: z.number(),
  hosts: z.number(),
  /** Where it stands to the first security group. */
  groups: z.enum(["before", "after", "-"]),
});
export type PolicyRow = z.infer<typeof PolicyRow>;

/** The policies of a cluster in the order in which traffic meets them. */
export const PoliciesAnswer = z.object({
  shape: z.literal("all"),
  cluster: z.string(),
  revision: z.number(),
  at: z.number(),
  vms: z.number(),
  hosts: z.number(),
  tiers: z.array(z.object({ name: z.string(), order: z.number().nullable(), end: z.string(), exists: z.boolean(), policies: z.number() })),
  rows: z.array(PolicyRow),
  human: z.number(),
  groups: z.number(),
  staged: z.number(),
  rule: z.enum(["name", "key"]),
  findings: z.array(Finding),
});
export type PoliciesAnswer = z.infer<typeof PoliciesAnswer>;

const isGroup = ({ kind, name }: StoredPolicy): boolean => kind === "NetworkPolicy" && securityGroupOf(name) !== null;

/** Facts as the answer that is sent and shown. */
export async function policiesAnswer(facts: PolicyFacts): Promise<PoliciesAnswer> {
  const sets = await labelSets(facts.endpoints);
  const selected = await countSelected(facts, sets, (policy) => !isGroup(policy));
  const vms = facts.endpoints.filter(({ kind }) => kind === "vm").length;
  const counted: Counted = { facts, selected, vms, sets };
  const rows = rowsOf(counted);
  return {
    shape: "all",
    cluster: facts.cluster,
    revision: facts.revision,
    at: facts.at,
    vms,
    hosts: facts.endpoints.length - vms,
    tiers: facts.set.tiers.map(({ tier, policies }) => ({ ...tier, policies: policies.length })),
    rows,
    human: selected.size,
    groups: rows.reduce((sum, row) => sum + (row.kind === "group" ? row.count : 0), 0),
    staged: facts.staged,
    rule: facts.set.rule,
    findings: await lint(counted),
  };
}

/** One row a policy, one for each run of security groups, which is one in all unless somebody's policy sorts between them. */
function rowsOf({ facts, selected, sets }: Counted): PolicyRow[] {
  const rows: PolicyRow[] = [];
  const all = facts.set.tiers.flatMap(({ policies }) => policies.map(({ policy }) => policy));
  const anyGroup = all.some(isGroup);
  let groups: PolicyRow["groups"] = anyGroup ? "before" : "-";
  for (const policy of all) {
    if (!isGroup(policy)) {
      rows.push({ ...rowOf(policy), ...(selected.get(policy) ?? { vms: 0, hosts: 0 }), groups });
      continue;
    }
    groups = "after";
    const last = rows.at(-1);
    if (last?.kind === "group") last.count++;
    else rows.push({ ...rowOf(policy), kind: "group", name: "", vms: inGroups(sets), hosts: 0, groups: "-" });
  }
  return rows;
}

function rowOf(policy: StoredPolicy): Omit<PolicyRow, "vms" | "hosts" | "groups"> {
  const { kind, namespace, name, tier, order, spec } = policy;
  const directions = (["ingress", "egress"] as const).filter((direction) => governs(policy, direction));
  const types = isRaw(spec) ? "both (none stored)" : directions.join(", ");
  return { tier, order, kind, name: namespace === null ? name : `${namespace}/${name}`, count: 1, types };
}

/** VMs that carry the label of any security group. */
const inGroups = (sets: Counted["sets"]): number =>
  sets.reduce((sum, { kind, labels, count }) => sum + (kind === "vm" && hasGroup(labels) ? count : 0), 0);
const hasGroup = (labels: Readonly<Record<string, string>>): boolean =>
  Object.keys(labels).some((name) => name.startsWith("sg.projectcalico.org/openstack-"));
