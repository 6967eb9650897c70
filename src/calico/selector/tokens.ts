import type { Comparison } from "./selector.js";

/** A piece of a selector and where it starts. */
export type Token = { at: number } & (
  | { kind: "(" | ")" | "{" | "}" | "," | "!" | "&&" | "||" | "all" | "global" | "in" | "not in" | "end" }
  | { kind: "compare"; op: Comparison }
  | { kind: "string" | "label" | "has"; text: string }
);

/** What is wrong with a selector and at which character, counted from 0. */
export class SelectorError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.name = "SelectorError";
    this.at = at;
  }
}

type Read = { token: Token; length: number };

/** Cuts a selector into its pieces. Throws SelectorError. White space is blank and tab only, as in Calico. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  for (;;) {
    while (text[at] === " " || text[at] === "\t") at++;
    if (at >= text.length) return [...found, { kind: "end", at }];
    const { token, length } = read(text, at, found.at(-1));
    found.push(token);
    at += length;
  }
}

const single = ["(", ")", "{", "}", ","] as const;
const double = ["&&", "||", "==", "!="] as const;

function read(text: string, at: number, last: Token | undefined): Read {
  const char = text.charAt(at);
  const one = single.find((sign) => sign === char);
  if (one) return { token: { kind: one, at }, length: 1 };
  if (char === '"' || char === "'") return string(text, at);
  const two = double.find((sign) => text.startsWith(sign, at));
  if (two) return { token: two === "==" || two === "!=" ? { kind: "compare", op: two, at } : { kind: two, at }, length: 2 };
  if (char === "!") return { token: { kind: "!", at }, length: 1 };
  if ("=&|".includes(char)) throw new SelectorError(`expected ${char}${char}`, at);
  return word(text.slice(at), at, last);
}

function string(text: string, at: number): Read {
  const end = text.indexOf(text.charAt(at), at + 1);
  if (end < 0) throw new SelectorError("unterminated string", at);
  return { token: { kind: "string", text: text.slice(at + 1, end), at }, length: end + 1 - at };
}

const operators: readonly [RegExp, Comparison | "in" | "not in"][] = [
  [/^contains/, "contains"],
  [/^starts[ \t]*with/, "starts with"],
  [/^ends[ \t]*with/, "ends with"],
  [/^not[ \t]*in\b/, "not in"],
  [/^in\b/, "in"],
];
const name = "[A-Za-z0-9_./-]{1,512}";
const has = new RegExp(String.raw`^has\([ \t]*(${name})[ \t]*\)`);
const label = new RegExp(`^${name}`);

/** After a label only an operator makes sense, so that `in`, `not` and the like can be labels elsewhere. */
function word(rest: string, at: number, last: Token | undefined): Read {
  if (last?.kind === "label") return operator(rest, at, last.text);
  if (rest.startsWith("has(")) {
    const match = has.exec(rest);
    if (match) return { token: { kind: "has", text: match[1] ?? "", at }, length: match[0].length };
    const inside = /^has\([ \t]*/.exec(rest)?.[0].length ?? 0;
    const named = label.exec(rest.slice(inside))?.[0].length ?? 0;
    if (named === 0) throw new SelectorError("expected identifier", at + inside);
    throw new SelectorError("no closing ')' after has(", at + inside + named);
  }
  for (const kind of ["all", "global"] as const) {
    const match = new RegExp(String.raw`^${kind}\([ \t]*\)`).exec(rest);
    if (match) return { token: { kind, at }, length: match[0].length };
  }
  const match = label.exec(rest);
  if (!match) throw new SelectorError("expected identifier", at);
  return { token: { kind: "label", text: match[0], at }, length: match[0].length };
}

function operator(rest: string, at: number, after: string): Read {
  for (const [pattern, op] of operators) {
    const match = pattern.exec(rest);
    if (match) return { token: op === "in" || op === "not in" ? { kind: op, at } : { kind: "compare", op, at }, length: match[0].length };
  }
  throw new SelectorError(`expected operator after label "${after}"`, at);
}
