import { type Section, type View, view } from "../../contract/view.js";
import { asOf } from "../as-of.js";
import { count } from "../say.js";
import type { WhyAnswer } from "./why.js";

/** Allowed or dropped, at which end and by what; then the trace at both ends. */
export function whyCard(answer: WhyAnswer): View {
  const { doubts, allowed, troubles, parts } = answer;
  const light = doubts.length > 0 || (parts !== null && !parts.whole) ? "unknown" : allowed ? "ok" : "bad";
  const card = view(light, `${answer.cluster}: ${first(answer)}`, second(answer));
  card.sections.push(trace(answer));
  if (doubts.length > 0) card.sections.push(lines("uncertain", doubts));
  const others = troubles.filter((text) => !doubts.some((doubt) => doubt.includes(text)));
  if (others.length > 0) card.sections.push(lines("not as it should be", others));
  card.footer.push(`${asOf(answer)}; for new connections: established ones go on whatever the policies say`);
  return card;
}

function first(answer: WhyAnswer): string {
  const { egress, ingress, from, to, service, parts, doubts, allowed } = answer;
  const maybe = doubts.length > 0 ? " (uncertain)" : "";
  const mixed = parts !== null && parts.allowed > 0 && parts.allowed < parts.all;
  const word = mixed ? `PARTLY DROPPED (${parts.all - parts.allowed} of ${count(parts.all, "part")})` : allowed ? "ALLOWED" : "DROPPED";
  if (egress?.verdict === "deny") return `${word}${maybe} at ${from} egress: ${egress.reason}`;
  if (ingress?.verdict === "deny") return `${word}${maybe} at ${to} ingress: ${ingress.reason}`;
  const by = ingress
    ? `at ${to} ingress ${ingress.reason}`
    : egress
      ? `at ${from} egress ${egress.reason}`
      : "neither end is an endpoint of Calico";
  return `${word}${maybe} ${service} from ${from} to ${to}: ${by}`;
}

function second(answer: WhyAnswer): string {
  const { egress, ingress, from, to, staged, allowed, src, dst } = answer;
  const ends = [
    ...(egress && (allowed || egress.verdict === "allow") ? [`${from} egress: ${egress.reason}`] : []),
    ...(ingress && egress?.verdict === "deny"
      ? [`${to} ingress would ${ingress.verdict === "allow" ? "allow" : "drop"} it: ${ingress.reason}`]
      : []),
    ...(egress === null ? [`${from} (${src}) is no endpoint of Calico`] : []),
    ...(ingress === null ? [`${to} (${dst}) is no endpoint of Calico`] : []),
    ...(staged !== null && staged !== allowed ? [`with the staged policies in force it would be ${staged ? "allowed" : "dropped"}`] : []),
  ];
  return [...ends, "policy only: the path (route, MTU, guest) is not judged"].join("; ");
}

const lines = (title: string, texts: readonly string[]): Section => ({
  kind: "lines",
  title,
  lines: texts.slice(0, 8).map((text) => ({ light: "unknown", text })),
});

function trace({ egress, ingress, src, dst }: WhyAnswer): Section {
  const rows = [...(egress?.trace ?? []), ...(ingress?.trace ?? [])];
  return {
    kind: "table",
    title: `what decides for ${src} to ${dst}`,
    columns: [{ title: "end" }, { title: "tier" }, { title: "policy" }, { title: "rule", align: "right" }, { title: "action" }],
    rows: rows.map(({ direction, tier, policy, rule, action }) => [
      direction === "egress" ? "source, egress" : "destination, ingress",
      tier,
      policy,
      rule >= 0 ? String(rule) : tier === "-" ? "-" : "end of tier",
      action,
    ]),
  };
}
