import { parted } from "../command/document.js";
import { parseLine } from "../command/parse.js";
import { FailureError } from "../contract/failure.js";
import type { Context } from "./context.js";
import type { Form } from "./ports.js";

/** The form by which somebody can give the document that his line lacks; null = the line is complete, or wrong in another way. */
export function formFor({ commands }: Pick<Context, "commands">, text: string): Form | null {
  const { line, document } = parted(text);
  if (document !== null || attempt(() => parseLine(line, commands)) !== null) return null;
  // Any document will do to learn whether the line is right but for that.
  const said = attempt(() => parseLine(`${line}\n-`, commands));
  const takes = said?.command.document;
  if (said === null || takes === undefined) return null;
  return { title: takes.title, label: takes.label, line: said.line };
}

/** Whether a line's command takes a document, so that an attached file is meant for it. */
export function takesDocument({ commands }: Pick<Context, "commands">, text: string): boolean {
  const said = attempt(() => parseLine(`${parted(text).line}\n-`, commands));
  return said?.command.document !== undefined;
}

/** What is wrong with the document below a line; null = nothing, or the line takes none. */
export function wrongIn({ commands }: Pick<Context, "commands">, text: string): string | null {
  const said = attempt(() => parseLine(text, commands));
  if (said === null || said.document === null) return null;
  return said.command.document?.check(said.document) ?? null;
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof FailureError) return null;
    throw error;
  }
}
