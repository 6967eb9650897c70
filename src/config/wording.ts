import type { z } from "zod";
import { nearest } from "../contract/nearest.js";

const bar = " | ";

/** A schema's message with what to write instead; the schema library carries one text only. */
export function form(message: string, hint: string): string {
  return `${message}${bar}${hint}`;
}

/** What is wrong and what to do, for an issue of a schema made with `reportInput`. Never repeats a value: it may be a secret. */
export function wordsOf(issue: z.core.$ZodIssue): { message: string; hint: string } {
  const [message = "", hint] = issue.message.split(bar);
  if (issue.input === undefined && issue.code === "invalid_type")
    return { message: "is missing", hint: "add it; examples/config.yaml shows it" };
  if (issue.input === null) return { message: "is empty", hint: "fill it in or leave the key out" };
  if (hint !== undefined) return { message, hint };
  if (issue.code === "invalid_value") return oneOf(issue.values.map(String), issue.input);
  if (issue.code === "invalid_type") return wrongKind(issue.expected, issue.input);
  return { message: lower(message), hint: "examples/config.yaml shows how it is written" };
}

function oneOf(values: readonly string[], input: unknown): { message: string; hint: string } {
  const near = typeof input === "string" ? nearest(input, values) : null;
  return {
    message: "is not one of the words known here",
    hint: `${near === null ? "" : `did you mean \`${near}\`? `}one of ${values.join(", ")}`,
  };
}

const kinds: Readonly<Record<string, string>> = {
  string: "a text; put it in quotes",
  number: "a number without quotes",
  int: "a whole number",
  boolean: "true or false",
  array: "a list: [a, b], or lines that begin with `- `",
  object: "a section: indented lines of `key: value`",
};

function wrongKind(expected: string, input: unknown): { message: string; hint: string } {
  const found = Array.isArray(input) ? "a list" : typeof input === "object" ? "a section" : `a ${typeof input}`;
  return { message: `${found} does not fit here`, hint: `wanted: ${kinds[expected] ?? expected}` };
}

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Why a file could not be read, for people who do not know errno by heart. */
export function unreadable(error: NodeJS.ErrnoException): string {
  const words: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file",
    EACCES: "this user may not read it",
    EPERM: "this user may not read it",
    EISDIR: "it is a folder",
    ENOTDIR: "a part of its path is no folder",
  };
  return words[error.code ?? ""] ?? error.code ?? "failed";
}
