import { type Action, type Line, type Section, type View, view, worst } from "../contract/view.js";

/** One cluster's part of a request. */
export interface Part {
  cluster: string;
  view: View;
  /** Still working: no answer yet. */
  open: boolean;
}

const mostActions = 10;

/** The answers of all clusters as one card: worst first, one section per cluster, who has not answered is named. */
export function joined(parts: readonly Part[]): View {
  const sorted = parts.toSorted((a, b) => rank(a) - rank(b));
  const first = sorted[0];
  if (first === undefined) return view("unknown", "no cluster was asked");
  if (parts.length === 1) return first.view;
  const waiting = sorted.filter((part) => part.open).map((part) => part.cluster);
  const card = view(worst(sorted.map((part) => part.view.verdict.light)), headline(sorted), rest(sorted, waiting));
  card.sections = sorted.flatMap(sectionsOf);
  card.footer = sorted.filter((part) => !part.open).flatMap((part) => part.view.footer.map((text) => `${part.cluster}: ${text}`));
  card.actions = actionsOf(sorted);
  const again = sorted.find((part) => part.view.again !== undefined)?.view.again;
  if (again !== undefined) card.again = again;
  return card;
}

const lights = ["bad", "warn", "unknown", "info", "ok"];
const rank = (part: Part): number => (part.open ? 10 : lights.indexOf(part.view.verdict.light));

const named = (part: Part): string => {
  const text = part.view.verdict.text;
  return new RegExp(`(?<![\\w-])${part.cluster.replace(/[^\w-]/g, "\\$&")}(?![\\w-])`).test(text) ? text : `${part.cluster}: ${text}`;
};

function headline(sorted: readonly Part[]): string {
  const answered = sorted.filter((part) => !part.open);
  const troubled = answered.filter((part) => part.view.verdict.light !== "ok" && part.view.verdict.light !== "info");
  const worstPart = troubled[0];
  if (worstPart !== undefined)
    return troubled.length === 1 ? named(worstPart) : `${troubled.length} of ${sorted.length} clusters: ${named(worstPart)}`;
  if (answered.length === sorted.length) return `${sorted.length} clusters, nothing wrong`;
  return `${answered.length} of ${sorted.length} clusters answered`;
}

function rest(sorted: readonly Part[], waiting: readonly string[]): string {
  const fine = sorted.filter((part) => !part.open && part.view.verdict.light === "ok").map((part) => part.cluster);
  const troubled = sorted.filter((part) => !part.open && !["ok", "info"].includes(part.view.verdict.light)).map((part) => part.cluster);
  const parts = [];
  if (troubled.length > 1) parts.push(`trouble in ${troubled.join(", ")}`);
  if (fine.length > 0) parts.push(`fine: ${fine.join(", ")}`);
  if (waiting.length > 0) parts.push(`no answer yet from ${waiting.join(", ")}`);
  return parts.join("; ");
}

function sectionsOf(part: Part): Section[] {
  const { verdict, sections } = part.view;
  const line: Line = { light: verdict.light, text: verdict.text };
  if (verdict.detail !== undefined) line.detail = [verdict.detail];
  const inner = sections.map((section) => ({
    ...section,
    title: section.title === undefined ? part.cluster : `${part.cluster} · ${section.title}`,
  }));
  return [{ kind: "lines", title: part.cluster, lines: [line] }, ...inner];
}

/** Equal lines are one button; equal labels with different lines say their cluster. */
function actionsOf(sorted: readonly Part[]): Action[] {
  const found = new Map<string, Action>();
  for (const part of sorted)
    for (const action of part.view.actions) {
      if (found.has(action.line)) continue;
      const taken = [...found.values()].some((other) => other.label === action.label) || action.line.startsWith("raw ");
      found.set(action.line, taken ? { ...action, label: `${action.label} ${part.cluster}` } : action);
    }
  return [...found.values()].slice(0, mostActions);
}
