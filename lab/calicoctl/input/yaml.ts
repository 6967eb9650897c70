import type { YAMLError } from "yaml";

/** The text cannot be read; the message is the one of Go's libraries. */
export class Unreadable extends Error {}

/** The documents of a text: they end where a line begins with `---`, as Kubernetes splits them. Blank ones are none. */
export function split(text: string): string[] {
  const parts = text.split(/\n---.*(?:\n|$)/).filter((part) => part.trim() !== "");
  return parts.map((part) => (part.endsWith("\n") ? part : `${part}\n`));
}

/** One document of YAML 1.1 (JSON is YAML) as Go reads it: times and `22:30` stay text. */
export async function parseYaml(text: string): Promise<unknown> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, {
    version: "1.1",
    customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !(tag.format === "TIME" || tag.tag.endsWith(":timestamp"))),
  });
  if (document.errors.length > 0) throw new Unreadable(`error converting YAML to JSON: ${reasonOf(text, document.errors)}`);
  return document.toJS() as unknown;
}

/** Go's words for what is wrong with a YAML text, as far as they are known. */
export function reasonOf(text: string, errors: readonly YAMLError[]): string {
  const [first] = errors;
  if (!first) return "yaml: nothing is wrong";
  if (first.code === "DUPLICATE_KEY") return `yaml: unmarshal errors:${errors.map((error) => duplicate(text, error)).join("")}`;
  const { scanner, words, line } = problem(text, errors);
  // Go counts the lines of its scanner from one and those of its parser from zero, and names none where it counts zero.
  const counted = scanner ? line : line - 1;
  return `yaml:${(scanner ? counted > 1 : counted > 0) ? ` line ${counted}:` : ""} ${words}`;
}

function duplicate(text: string, { pos }: YAMLError): string {
  const from = pos[0] + (/^\s*/.exec(text.slice(pos[0]))?.[0].length ?? 0);
  const line = text.slice(0, from).split("\n").length;
  const key = /^[^:\n]*/.exec(text.slice(from))?.[0].trim() ?? "";
  return `\n  line ${line}: key ${JSON.stringify(key.replace(/^["']|["']$/g, ""))} already set in map`;
}

function problem(text: string, errors: readonly YAMLError[]): { scanner: boolean; words: string; line: number } {
  const [{ code, message, pos, linePos }, second] = errors as readonly [YAMLError, YAMLError?];
  const line = linePos?.[0].line ?? 1;
  const open = /^Flow (sequence|map)/.exec(message);
  if (open) {
    const before = text.slice(0, pos[0]).trimEnd().at(-1) ?? "";
    const close = open[1] === "map" ? "}" : "]";
    const words = "[{,".includes(before) ? "did not find expected node content" : `did not find expected ',' or '${close}'`;
    return { scanner: false, words, line };
  }
  const key = text.split("\n")[line - 1]?.split(":")[0]?.trim();
  if (key === "") return { scanner: false, words: "did not find expected key", line };
  // The word that may not be there stands on the next line, if two were read as one.
  if (code === "BLOCK_AS_IMPLICIT_KEY")
    return {
      scanner: true,
      words: "mapping values are not allowed in this context",
      line: second?.code === "MULTILINE_IMPLICIT_KEY" ? line + 1 : line,
    };
  if (["TAB_AS_INDENT", "BAD_SCALAR_START", "BAD_ALIAS"].includes(code))
    return { scanner: true, words: "found character that cannot start any token", line };
  if (code === "MISSING_CHAR") return { scanner: true, words: "found unexpected end of stream", line };
  return { scanner: false, words: "did not find expected key", line };
}
