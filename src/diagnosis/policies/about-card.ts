import { type Line, type Section, type View, view, worst } from "../../contract/view.js";
import { asOf } from "../as-of.js";
import { count } from "../say.js";
import type { AboutAnswer } from "./about.js";

type Side = AboutAnswer["sides"][number];

/** What a policy does and to whom, then where it stands, its rules as sentences, and whom it selects. */
export function aboutCard(answer: AboutAnswer): View {
  const { cluster, findings, members, missing } = answer;
  const light = missing === null ? worst([...findings.map((one) => one.light), "info"]) : "bad";
  const card = view(light, `${cluster}: ${called(answer)} ${verdict(answer)}`, second(answer));
  card.sections.push({ kind: "lines", title: "where it stands", lines: standing(answer) });
  card.sections.push(...answer.sides.map(rules));
  if (members.groups.length > 0) card.sections.push(selection(answer));
  const wrong = findings.slice(0, 8).map((one) => ({ light: one.light, text: one.text, detail: one.detail.slice(0, 5) }));
  if (wrong.length > 0) card.sections.push({ kind: "lines", title: "what is wrong", lines: wrong });
  if (answer.notes.length > 0)
    card.sections.push({ kind: "lines", title: "worth knowing", lines: answer.notes.map(({ text }) => ({ light: "info", text })) });
  card.footer.push(`${asOf(answer)}; established connections go on whatever the policies say`);
  return card;
}

function called({ kind, path, group }: AboutAnswer): string {
  return group === null ? `${kind} \`${path}\`` : `security group "${group}"`;
}

function verdict({ missing, size, vms, hosts, allVms, sides }: AboutAnswer): string {
  if (missing !== null) return `cannot be read, and felix treats it as missing: ${missing}`;
  const whom = vms > 1 && vms === allVms ? `all ${size}` : size;
  const directions = sides.map(({ direction }) => direction).join(" and ");
  if (vms + hosts === 0) return "selects nothing";
  return directions === "" ? `selects ${whom} and governs nothing there` : `governs ${directions} of ${whom}`;
}

function second(answer: AboutAnswer): string {
  const { findings, missing, sides, tier, order, groups } = answer;
  const [first] = findings;
  if (first !== undefined && missing === null && !first.text.endsWith(verdict(answer))) return first.text;
  const all = sides.map(({ direction, rules: of, more }) => count(of.length + more, `${direction} rule`)).join(", ");
  const where = `tier ${tier.name}, ${order === null ? "no order" : `order ${order.toLocaleString("en-US")}`}`;
  return [...(all === "" ? [] : [all]), where, ...(groups === "-" ? [] : [`${groups} the security groups`])].join("; ");
}

function standing({ tier, order, place, groups, raw, selectors, kind, path, group, doubt }: AboutAnswer): Line[] {
  const there = tier.exists
    ? `order ${tier.order?.toLocaleString("en-US") ?? "none"}, at its end ${tier.end}`
    : "which does not exist: after all others";
  const where = kind === "NetworkPolicy" ? [`only in namespace ${path.split("/")[0]}`] : [];
  return [
    { text: `tier ${tier.name} (${there}): policy ${place.at} of ${place.of}, ${order === null ? "no order" : `order ${order}`}` },
    ...(groups === "-" ? [] : [{ text: `it is evaluated ${groups} the security groups` }]),
    ...(group === null ? [] : [{ text: `${path}, as Neutron's driver writes it: change the group, not the policy` }]),
    ...(raw ? [{ text: "no types are stored: it governs both directions whatever rules there are" }] : []),
    { text: `selects: ${[...selectors.map(({ field, text }) => `${field} ${text}`), ...where].join("; ")}` },
    ...(doubt === null ? [] : [{ light: "unknown" as const, text: doubt }]),
  ];
}

/** A rule with what is at its two ends now. */
function rules({ direction, rules: all, more, rest }: Side): Section {
  const lines = all.map(({ i, text, source, destination }): Line => {
    const ends = [
      ...(source === "anything" ? [] : [`source: ${source}`]),
      ...(destination === "anything" ? [] : [`destination: ${destination}`]),
    ];
    return { text: `${i}. ${text}`, ...(ends.length > 0 ? { detail: [ends.join("; ")] } : {}) };
  });
  const left = more > 0 ? [{ text: `and ${count(more, "more rule")}` }] : [];
  const none = all.length + more === 0 ? [{ text: "no rule" }] : [];
  return { kind: "lines", title: direction, lines: [...none, ...lines, ...left, { text: rest }] };
}

function selection({ members, size }: AboutAnswer): Section {
  return {
    kind: "table",
    title: members.more > 0 ? `selected: ${size} (${count(members.more, "more group")})` : `selected: ${size}`,
    columns: [{ title: "of" }, { title: "name" }, { title: "endpoints", align: "right" }, { title: "among them" }],
    rows: members.groups.map(({ what, name, count: n, names }) => [
      what,
      name,
      n.toLocaleString("en-US"),
      n > names.length ? `${names.join(", ")} and ${(n - names.length).toLocaleString("en-US")} more` : names.join(", "),
    ]),
  };
}
