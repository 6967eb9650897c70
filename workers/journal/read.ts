import { readFile } from "node:fs/promises";
import { fail } from "../../src/contract/failure.js";
import { Entry } from "./entry.js";
import { fold, type JournalState, nothing } from "./fold.js";

/** What the lines say. Throws when one of them cannot be understood: whoever knows half of it must not act. */
export function readState(lines: readonly string[], file: string): JournalState {
  const state = nothing();
  for (const [i, line] of lines.entries()) {
    try {
      fold(state, Entry.parse(JSON.parse(line)));
    } catch (cause) {
      throw fail("internal", `line ${i + 1} of ${file} cannot be understood: this worker changes nothing`, {
        hint: "see what it says about changes that are still open, mend or move the file, then start the worker again",
        cause,
      });
    }
  }
  return state;
}

/** A look at a journal that somebody else writes, without its last line while that is being written; null = there is none. */
export async function lookInto(file: string): Promise<JournalState | null> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  return text === null ? null : readState(text.split("\n").slice(0, -1), file);
}
