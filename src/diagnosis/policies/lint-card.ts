import type { View } from "../../contract/view.js";
import { asOf } from "../as-of.js";
import { findingsCard } from "../findings-card.js";
import { count } from "../say.js";
import type { LintAnswer } from "./lint-answer.js";

/** Findings that are told with their fix before the table of the rest. */
const told = 8;
const shown = 40;

/** The worst first, each with what to do about it; then what is only worth knowing. */
export function lintCard(answer: LintAnswer): View {
  const { cluster, name, people, groups, findings, notes } = answer;
  const of = name === null ? `${count(people, "policy", "policies")} of people and ${count(groups, "security group")}` : `"${name}"`;
  const card = findingsCard(cluster, findings, {
    healthy: `nothing is wrong with ${of}`,
    size: count(notes.length, "note"),
    all: answer.count,
  });
  if (findings.length > 0) card.verdict.detail = `${count(answer.count, "finding")} about ${of}, ${count(notes.length, "note")}`;
  const rest = findings.slice(told, told + shown);
  if (rest.length > 0)
    card.sections.push({
      kind: "table",
      title: answer.count > told + shown ? `further findings (${rest.length} of ${answer.count - told})` : "further findings",
      columns: [{ title: "" }, { title: "finding" }, { title: "fix" }],
      rows: rest.map(({ light, text, detail }) => [light, text, fixIn(detail)]),
    });
  if (notes.length > 0)
    card.sections.push({
      kind: "lines",
      title: notes.length > told ? `worth knowing (${told} of ${notes.length})` : "worth knowing",
      lines: notes.slice(0, told).map(({ text, detail }) => ({ light: "info", text, detail })),
    });
  card.footer.push(asOf(answer));
  return card;
}

const fixIn = (detail: readonly string[]): string => detail.find((line) => line.startsWith("fix: "))?.slice("fix: ".length) ?? "-";
