import { parted, readHere } from "../command/document.js";
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

/** What is wrong with the document below a line; null = nothing, the line takes none, or a worker will have to tell. */
export async function wrongIn(
  { commands, readDocument = readHere }: Pick<Context, "commands" | "readDocument">,
  text: string,
): Promise<string | null> {
  const said = attempt(() => parseLine(text, commands));
  if (said === null || said.document === null) return null;
  try {
    return (await said.command.document?.check(said.document, readDocument)) ?? null;
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return error.failure.code === "invalid_manifest" ? error.failure.message : null;
  }
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof FailureError) return null;
    throw error;
  }
}
