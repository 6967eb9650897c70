import { type Draft, type Drafts, type Fault, readDrafts } from "../calico/draft/draft.js";
import { fail } from "../contract/failure.js";
import type { Work } from "./define.js";
import { readHere, type TakesDocument } from "./document.js";

const place = ({ line, column, path, text, hint }: Fault): string =>
  `line ${line}, column ${column}: ${path === "" ? "" : `${path}: `}${text}${hint === null ? "" : ` (${hint.replaceAll("\n", " ⏎ ")})`}`;

const refusals = (faults: readonly Fault[]): Fault[] => faults.filter(({ doubt }) => !doubt);

/** For a command that takes Calico's documents: what is wrong with them is said while their writer still looks at them. */
export const calicoDocument = (title: string, required: boolean): TakesDocument => ({
  title,
  label: "YAML",
  required,
  check: async (text, read) =>
    refusals((await read(text)).faults)
      .slice(0, 5)
      .map(place)
      .join("; ") || null,
});

interface Objects {
  drafts: Draft[];
  doubts: Fault[];
}

/** The objects below the line, read beside the worker's other work. Throws `usage` that names the first fault with its place. */
export async function objectsBelow({ document, readDocument = readHere }: Pick<Work, "document" | "readDocument">): Promise<Objects> {
  return accepted(await readDocument(document ?? ""));
}

/** The same read here and now, which may take long. */
export const objectsIn = (document: string | null): Objects => accepted(readDrafts(document ?? ""));

function accepted({ drafts, faults }: Drafts): Objects {
  const [first, second, ...others] = refusals(faults);
  if (first === undefined) return { drafts, doubts: faults };
  const also = second === undefined ? "mend it" : `also ${place(second)}${others.length > 0 ? ` and ${others.length} more` : ""}`;
  throw fail("usage", place(first), { hint: also });
}
