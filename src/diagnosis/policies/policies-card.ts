import type { Section, View } from "../../contract/view.js";
import { asOf } from "../as-of.js";
import { findingsCard } from "../findings-card.js";
import { count } from "../say.js";
import type { PoliciesAnswer, PolicyRow } from "./policies.js";

/** Rows that fit one message; those of people come before what is cut only if the order says so. */
const shown = 60;

/** All policies in the order in which traffic meets them, the security groups as one of them. */
export function policiesCard(answer: PoliciesAnswer): View {
  const { cluster, human, groups, vms, hosts, findings, rows, staged } = answer;
  const ends = hosts > 0 ? `${count(vms, "VM port")} and ${count(hosts, "host interface")}` : count(vms, "VM port");
  const size = `${count(human, "policy", "policies")} of people and ${count(groups, "security group")} over ${ends}`;
  const card = findingsCard(cluster, findings, { healthy: size, size: healthyDetail(answer) });
  if (findings.length > 0) card.verdict.detail = size;
  if (rows.length > 0) card.sections.push(table(rows, vms));
  card.sections.push({ kind: "lines", title: "tiers", lines: answer.tiers.map(tierLine) });
  if (staged > 0)
    card.footer.push(`${count(staged, "staged policy is", "staged policies are")} not in force and not shown: \`get sgnp\`, \`get snp\``);
  card.footer.push(`${asOf(answer)}; same order: ${answer.rule === "name" ? "by name, as from v3.32 on" : "by key, as up to v3.31"}`);
  return card;
}

function healthyDetail({ rows, groups }: PoliciesAnswer): string {
  const before = rows.filter((row) => row.groups === "before").length;
  if (groups === 0) return "no security group has a policy";
  return before === 0
    ? "nothing is evaluated before the security groups"
    : `${before} evaluated before the security groups, none decides on all traffic`;
}

function table(rows: readonly PolicyRow[], vms: number): Section {
  return {
    kind: "table",
    title: rows.length > shown ? `in the order of evaluation (${shown} of ${rows.length})` : "in the order of evaluation",
    columns: [
      { title: "#", align: "right" },
      { title: "tier" },
      { title: "order", align: "right" },
      { title: "policy" },
      { title: "direction" },
      { title: "selects" },
      { title: "security groups come" },
    ],
    rows: rows
      .slice(0, shown)
      .map((row, i) => [
        String(i + 1),
        row.tier,
        row.order === null ? "none" : String(row.order),
        nameOf(row),
        row.types,
        selects(row, vms),
        { before: "after it", after: "before it", "-": "-" }[row.groups],
      ]),
  };
}

function nameOf({ kind, name, count: n }: PolicyRow): string {
  if (kind === "group") return `${count(n, "security group")} (Neutron)`;
  return `${kind === "NetworkPolicy" ? "NP" : "GNP"} ${name}`;
}

function selects({ vms, hosts }: PolicyRow, all: number): string {
  if (vms + hosts === 0) return "nothing";
  const ports = vms === 0 ? [] : [vms === all ? `all ${count(vms, "VM port")}` : count(vms, "VM port")];
  return [...ports, ...(hosts === 0 ? [] : [count(hosts, "host interface")])].join(", ");
}

function tierLine({ name, order, end, exists, policies }: PoliciesAnswer["tiers"][number]): { text: string } {
  const place = exists ? `order ${order?.toLocaleString("en-US") ?? "none"}` : "does not exist";
  return { text: `${name}: ${place}, ${count(policies, "policy", "policies")}, at its end ${end}` };
}
