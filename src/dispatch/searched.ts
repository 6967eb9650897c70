import type { Action, Line, View } from "../contract/view.js";
import { view, worst } from "../contract/view.js";
import { joined, type Part } from "./join.js";

/** One cluster's part of a search by name. */
export interface Sought extends Part {
  /** Whether this cluster has it; null = it could not tell. */
  found: boolean | null;
  /** How the same line is asked of this cluster alone. */
  line: string;
}

/** The answer of the one cluster that has it; or which of several is meant; or that none has it. None is picked for the asker. */
export function searched(parts: readonly Sought[]): View {
  const having = parts.filter(({ found }) => found === true);
  const [only, second] = having;
  if (second !== undefined) return whichOne(parts, having);
  if (only !== undefined) return theOne(only, parts);
  return parts.some(({ found }) => found === false) ? nowhere(parts) : joined(parts);
}

const names = (parts: readonly Sought[]): string => parts.map(({ cluster }) => cluster).join(", ");
const unsure = (parts: readonly Sought[]): Sought[] => parts.filter(({ found }) => found === null);

function whichOne(parts: readonly Sought[], having: readonly Sought[]): View {
  const card = view(
    "warn",
    `found in ${having.length} clusters: ${names(having)}`,
    "which one is meant? choose it, or type one of these lines",
  );
  const lines = having.map(({ cluster, view: { verdict }, line }): Line => {
    return { light: verdict.light, text: `${cluster}: ${verdict.text}`, detail: [line] };
  });
  card.sections.push({ kind: "lines", title: "clusters that have it", lines: [...lines, ...doubts(parts)] });
  card.actions = having.map(({ cluster, line }): Action => ({ label: cluster, line }));
  return card;
}

/** Buttons stay in its cluster. */
function theOne(only: Sought, parts: readonly Sought[]): View {
  const { view: answer, cluster } = only;
  const without = parts.filter(({ found }) => found === false);
  const open = doubts(parts);
  const footer = [...answer.footer, `${cluster} has it${without.length === 0 ? "" : `; not found in ${names(without)}`}`];
  const card: View = { ...answer, footer };
  if (open.length === 0) return card;
  const verdict = { ...answer.verdict, light: worst([answer.verdict.light, "unknown"]) };
  return { ...card, verdict, sections: [{ kind: "lines", title: "not known", lines: open }, ...answer.sections] };
}

function nowhere(parts: readonly Sought[]): View {
  const open = unsure(parts);
  const without = parts.filter(({ found }) => found === false);
  const text = `not found in ${names(without)}${open.length === 0 ? "" : `; ${names(open)} could not tell`}`;
  const card = joined(parts);
  return { ...card, verdict: { light: worst(parts.map((part) => part.view.verdict.light)), text, ...hintOf(without) } };
}

/** What to try instead, where a cluster had something to say. */
function hintOf(without: readonly Sought[]): { detail?: string } {
  const detail = without.map((part) => part.view.verdict.detail ?? "").find((text) => text !== "");
  return detail === undefined ? {} : { detail };
}

/** Clusters that may have it too. */
function doubts(parts: readonly Sought[]): Line[] {
  return unsure(parts).map(({ cluster, view: { verdict } }) => ({
    light: "unknown",
    text: `${cluster} may have it too: ${verdict.text}`,
  }));
}
