import { type Drafts, readDrafts } from "../calico/draft/draft.js";
import { fail } from "../contract/failure.js";
import { unescape } from "./words.js";

/** Reads Calico's documents; where they may be hostile, beside the process' own work. Throws `invalid_manifest` or `busy`. */
export type ReadDocument = (text: string) => Promise<Drafts>;

/** Reads at once, in this very thread: for who reads his own files. */
export const readHere: ReadDocument = (text) => Promise.resolve(readDrafts(text));

/** A text that a command takes below its line: YAML, as somebody would apply it. */
export interface TakesDocument {
  /** What a form asks for: at most 24 characters as its title, a word or two as the field's label. */
  title: string;
  label: string;
  /** Whether the command is nothing without it; else it is asked for only where no words are given. */
  required: boolean;
  /** Argument that makes it unnecessary. */
  unless?: string;
  /** What is wrong with a short one, said while its writer still looks at it; null = nothing. */
  check(text: string, read: ReadDocument): string | null | Promise<string | null>;
}

/** Bytes of a document that are taken. */
export const longestDocument = 256 * 1024;

/** A line and the document below it, without the code fence around that. `document` null = there is none. */
export function parted(text: string): { line: string; document: string | null } {
  const [, line = "", below = ""] = /^([^\n]*?)(?=\n|```|$)([\s\S]*)$/.exec(text.replaceAll("\r\n", "\n").trimStart()) ?? [];
  const document = unescape(fenced(below) ?? below.replace(/^\n/, ""));
  return { line, document: document.trim() === "" ? null : document };
}

/** What stands in a code fence that holds everything; null = there is none. By hand: an expression may go over a long text for ever. */
function fenced(below: string): string | null {
  const [open] = /^\s*```(?:[a-z]*\n)?/.exec(below) ?? [];
  const whole = below.trimEnd();
  if (open === undefined || !whole.endsWith("```") || whole.length < open.length + 3) return null;
  const inside = whole.slice(open.length, -3);
  let end = inside.length;
  while (" \t".includes(inside.charAt(end - 1) || "-")) end--;
  return inside.slice(0, inside.charAt(end - 1) === "\n" ? end - 1 : end);
}

/** Throws `usage` for a document that is too long, or for none where one is needed. */
export function checkedDocument(document: string | null, takes: TakesDocument, alone: boolean): string | null {
  const bytes = Buffer.byteLength(document ?? "");
  if (bytes > longestDocument)
    throw fail("usage", `the document has ${bytes} bytes; ${longestDocument} are read at most`, { hint: "send fewer objects at a time" });
  if (document === null && (takes.required || alone))
    throw fail("usage", `${takes.label} is missing`, {
      hint: "write it below the line, in a code block, or attach a file; on a terminal: `--file FILE`",
    });
  return document;
}
