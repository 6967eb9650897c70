import { type Section, type View, view, worst } from "../contract/view.js";
import type { Finding } from "./finding.js";
import { list } from "./say.js";

/** Findings that are shown one by one. */
const most = 8;

interface About {
  healthy: string;
  size: string;
  /** How many findings there are, if not all of them are given. */
  all?: number;
}

/** A card that opens with the worst finding, or with `healthy` when there is none; `size` says how much was looked at. */
export function findingsCard(of: string, findings: readonly Finding[], { healthy, size, all = findings.length }: About): View {
  const [first] = findings;
  if (!first) return view("ok", `${of}: ${healthy}`, size);
  const more = all > 1 ? ` (+${all - 1} more)` : "";
  const card = view(worst(findings.map(({ light }) => light)), `${of}: ${first.text}${more}`, size);
  card.sections.push(section(findings));
  return card;
}

function section(findings: readonly Finding[]): Section {
  const lines = findings.slice(0, most).map(({ light, text, detail }) => ({ light, text, detail: detail.slice(0, 5) }));
  const rest = findings.slice(most).map(({ text }) => text);
  return {
    kind: "lines",
    title: "what is wrong",
    lines: rest.length > 0 ? [...lines, { text: `and ${rest.length} more: ${list(rest, 3)}` }] : lines,
  };
}
