import type { RequestRecord } from "./record.js";

/** More names than these are a number. */
const mostNamed = 8;

/**
 * That an answer does not cover every cluster its line meant: one line of the footer, or none.
 * A channel that sees numbers only is not told what else there is, only how much.
 */
export function notAsked({ leftOut, detail }: Pick<RequestRecord, "leftOut" | "detail">): string[] {
  const { length } = leftOut;
  if (length === 0) return [];
  const why = `which ${length === 1 ? "does" : "do"} not answer here`;
  if (detail === "counts") return [`not asked: ${length} more ${length === 1 ? "cluster" : "clusters"}, ${why}`];
  const more = length > mostNamed ? ` and ${length - mostNamed} more` : "";
  return [`not asked: ${leftOut.slice(0, mostNamed).join(", ")}${more}, ${why}`];
}
