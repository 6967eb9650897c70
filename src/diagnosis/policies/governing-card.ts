import { type Line, type View, view } from "../../contract/view.js";
import { asOf } from "../as-of.js";
import { count, list } from "../say.js";
import type { Governing, GoverningAnswer, Side } from "./governing.js";

/** What governs one endpoint, a section for each direction, in the order of evaluation. */
export function governingCard(answer: GoverningAnswer): View {
  const { endpoint, sides, cluster, unreadable } = answer;
  const trouble = sides.flatMap(troubleOf);
  const numbers = sides.map(({ direction, tiers }) => `${sum(tiers)} for ${direction}`).join(", ");
  const text = trouble.length > 0 ? trouble.join("; ") : `governed by ${numbers}`;
  const light = trouble.length > 0 || unreadable.length > 0 ? "warn" : "info";
  const card = view(light, `${cluster}: ${title(endpoint)}: ${text}`, where(endpoint));
  card.sections.push(...sides.map((side) => ({ kind: "lines" as const, title: side.direction, lines: linesOf(side) })));
  if (unreadable.length > 0)
    card.sections.push({ kind: "lines", title: "cannot be read and is left out", lines: [{ light: "warn", text: list(unreadable, 3) }] });
  card.footer.push(`${asOf(answer)}; established connections go on whatever the policies say`);
  return card;
}

/** No policy at all, or one that keeps the security groups from being asked. */
function troubleOf({ direction, tiers, rest }: Side): string[] {
  if (tiers.length === 0) return rest.includes("dropped") ? [`all ${direction} is dropped: no policy selects it`] : [];
  const all = tiers.flatMap(({ policies }) => policies);
  const decider = all.find(({ reached, last }) => reached && (last === "Allow" || last === "Deny"));
  const groups = all.filter(({ group }) => group !== null);
  if (!decider || decider.group !== null || groups.length === 0 || groups.some(({ reached }) => reached)) return [];
  return [`\`${decider.name}\` ${decider.last === "Deny" ? "drops" : "allows"} all ${direction} before its security groups`];
}

const sum = (tiers: Side["tiers"]): number => tiers.reduce((n, { policies }) => n + policies.length, 0);

const title = ({ kind, instance, name, addresses }: GoverningAnswer["endpoint"]): string =>
  kind === "vm" ? `VM ${addresses[0] ?? instance}` : `host interface "${name}"`;

function where({ kind, node, instance, port, project }: GoverningAnswer["endpoint"]): string {
  if (kind === "host") return `on ${node}; failsafe ports come before any policy`;
  return `instance ${instance}, port ${port} on ${node}${project === null ? "" : `, project "${project}"`}`;
}

/** A security group too many to read is counted; the first ones tell what it is about. */
const shownPolicies = 12;

function linesOf({ tiers, rest, direction }: Side): Line[] {
  const lines = tiers.map(({ name, order, end, policies }): Line => {
    const more = policies.length > shownPolicies ? [`and ${count(policies.length - shownPolicies, "more policy", "more policies")}`] : [];
    return {
      text: `tier ${name}, order ${order ?? "none"}, at its end ${end}`,
      detail: [...policies.slice(0, shownPolicies).map((policy, i) => `${i + 1}. ${policyText(policy, direction)}`), ...more],
    };
  });
  return [...lines, { text: rest }];
}

function policyText({ kind, name, order, group, raw, rules, last, reached }: Governing, direction: Side["direction"]): string {
  const called = group === null ? `${kind} ${name}` : `security group "${group}" (${name})`;
  const place = order === null ? "no order" : `order ${order}`;
  const types = raw && group === null ? ", both directions as no types are stored" : "";
  const end = last === null ? "" : `; ${{ Allow: "allows", Deny: "drops", Pass: "passes on" }[last]} all ${direction} that reaches it`;
  return `${called}, ${place}${types}: ${rules}${end}${reached ? "" : " (never reached)"}`;
}
