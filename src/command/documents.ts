import { type Draft, type Fault, readDrafts } from "../calico/draft/draft.js";
import { fail } from "../contract/failure.js";
import type { TakesDocument } from "./document.js";

const place = ({ line, column, path, text, hint }: Fault): string =>
  `line ${line}, column ${column}: ${path === "" ? "" : `${path}: `}${text}${hint === null ? "" : ` (${hint.replaceAll("\n", " ⏎ ")})`}`;

const refusals = (faults: readonly Fault[]): Fault[] => faults.filter(({ doubt }) => !doubt);

/** For a command that takes Calico's documents: what is wrong with them is said while their writer still looks at them. */
export const calicoDocument = (title: string, required: boolean): TakesDocument => ({
  title,
  label: "YAML",
  required,
  check: (text) => refusals(readDrafts(text).faults).slice(0, 5).map(place).join("; ") || null,
});

/** The objects in a document. Throws `usage` that names the first fault with its place; doubts are given back. */
export function objectsIn(document: string | null): { drafts: Draft[]; doubts: Fault[] } {
  const { drafts, faults } = readDrafts(document ?? "");
  const [first, second, ...others] = refusals(faults);
  if (first === undefined) return { drafts, doubts: faults };
  const also = second === undefined ? "mend it" : `also ${place(second)}${others.length > 0 ? ` and ${others.length} more` : ""}`;
  throw fail("usage", place(first), { hint: also });
}
