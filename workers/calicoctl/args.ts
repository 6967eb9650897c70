import { fail } from "../../src/contract/failure.js";

/** What is asked for: words of people, none of which may become an option. */
export interface Wanted {
  kind: string;
  /** Null = all of the kind. */
  name: string | null;
  /** Null = calicoctl's own default, `*` = all. */
  namespace: string | null;
}

/** Both versions; `clientOnly` leaves the datastore alone and so cannot hang. */
export function versionArgs(clientOnly = false): string[] {
  return clientOnly ? ["version", "--client"] : ["version"];
}

/**
 * `get` as JSON, because tables panic on some kinds and hide empty columns. A name together with all namespaces is asked
 * for as the whole list: whoever reads the answer picks the name out of it.
 */
export function getArgs({ kind, name, namespace }: Wanted): string[] {
  const everywhere = namespace === "*";
  const named = name === null ? null : word("name", name);
  return [
    "get",
    word("kind", kind),
    ...(named === null || everywhere ? [] : [named]),
    "-o",
    "json",
    ...(everywhere ? ["-A"] : namespace === null ? [] : ["-n", word("namespace", namespace)]),
  ];
}

/** `node status`, for the host itself. */
export const nodeStatusArgs: readonly string[] = ["node", "status"];

/** Longer than any name that Calico takes, and far from what a command line can hold. */
const longest = 1024;

/** One word of argv as it was typed; a separator (`--`) cannot guard it, because one of the command lines takes that for a name. */
function word(what: string, text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  if (text === "") throw fail("usage", `the ${what} is empty`, { hint: `leave the ${what} out, or give one` });
  if (text.startsWith("-"))
    throw fail("usage", `\`${shown}\` cannot be a ${what}: calicoctl would take it for an option`, {
      hint: `a ${what} starts with a letter`,
    });
  if (text.includes("\0") || text.length > longest)
    throw fail("usage", `\`${shown.replaceAll("\0", "\\0")}\` cannot be a ${what}`, { hint: `check the ${what}` });
  return text;
}

/** Commands that read one document on standard input. */
export const documentArgs = (command: "create" | "replace" | "delete" | "validate"): string[] => [command, "-f", "-"];
