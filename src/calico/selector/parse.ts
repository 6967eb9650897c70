import { byteOrder } from "../byte-order.js";
import type { Selector } from "./selector.js";
import { SelectorError, type Token, tokens } from "./tokens.js";

export type Parsed = { ok: true; selector: Selector } | { ok: false; error: { message: string; at: number } };

/** Understands a selector exactly as Calico does; an empty one selects all. */
export function parseSelector(text: string): Parsed {
  try {
    const cursor: Cursor = { all: tokens(text), next: 0, depth: 0 };
    if (cursor.all.length === 1) return { ok: true, selector: { op: "all" } };
    const selector = either(cursor);
    const rest = peek(cursor);
    if (rest.kind !== "end") throw new SelectorError("unexpected content at end of selector", rest.at);
    return { ok: true, selector };
  } catch (error) {
    if (error instanceof SelectorError) return { ok: false, error: { message: error.message, at: error.at } };
    throw error;
  }
}

interface Cursor {
  all: readonly Token[];
  next: number;
  depth: number;
}

/** Far more than the 1024 bytes of a valid selector can hold; deeper ones would only fill the stack. */
const deepest = 1024;

function peek({ all, next }: Cursor): Token {
  return all[next] ?? { kind: "end", at: 0 };
}

function take(cursor: Cursor): Token {
  const token = peek(cursor);
  cursor.next++;
  return token;
}

const either = (cursor: Cursor): Selector => chain(cursor, { sign: "||", op: "or", term: both });
const both = (cursor: Cursor): Selector => chain(cursor, { sign: "&&", op: "and", term: negated });

interface Chain {
  sign: "||" | "&&";
  op: "or" | "and";
  term: (cursor: Cursor) => Selector;
}

function chain(cursor: Cursor, { sign, op, term }: Chain): Selector {
  const first = term(cursor);
  const of = [first];
  while (peek(cursor).kind === sign) {
    take(cursor);
    of.push(term(cursor));
  }
  return of.length === 1 ? first : { op, of };
}

function negated(cursor: Cursor): Selector {
  let negations = 0;
  while (peek(cursor).kind === "!") {
    take(cursor);
    negations++;
  }
  const of = operation(cursor);
  return negations % 2 === 1 ? { op: "not", of } : of;
}

function operation(cursor: Cursor): Selector {
  const token = take(cursor);
  if (token.kind === "all" || token.kind === "global") return { op: token.kind };
  if (token.kind === "has") return { op: "has", label: token.text };
  if (token.kind === "label") return comparison(cursor, token.text);
  if (token.kind === "(") return grouped(cursor, token.at);
  throw new SelectorError(token.kind === "end" ? "unexpected end of selector" : `unexpected ${called(token)}`, token.at);
}

function grouped(cursor: Cursor, at: number): Selector {
  if (++cursor.depth > deepest) throw new SelectorError("nested too deeply", at);
  const inner = either(cursor);
  cursor.depth--;
  const close = take(cursor);
  if (close.kind !== ")") throw new SelectorError("expected )", close.at);
  return inner;
}

function comparison(cursor: Cursor, label: string): Selector {
  const operator = take(cursor);
  if (operator.kind === "in" || operator.kind === "not in") return { op: operator.kind, label, values: set(cursor) };
  if (operator.kind === "end") throw new SelectorError(`expected operator after label "${label}"`, operator.at);
  if (operator.kind !== "compare") throw new SelectorError(`expected == or != not ${called(operator)}`, operator.at);
  const value = take(cursor);
  if (value.kind !== "string") throw new SelectorError("expected string", value.at);
  return { op: operator.op, label, value: value.text };
}

/** `{}` and a comma before the brace are legal. */
function set(cursor: Cursor): string[] {
  const open = take(cursor);
  if (open.kind !== "{") throw new SelectorError("expected set literal", open.at);
  const values = new Set<string>();
  for (;;) {
    const token = take(cursor);
    if (token.kind === "}") return [...values].toSorted(byteOrder);
    if (token.kind !== "string") throw new SelectorError("expected string", token.at);
    values.add(token.text);
    const after = peek(cursor);
    if (after.kind === ",") take(cursor);
    else if (after.kind !== "}") throw new SelectorError("expected , or }", after.at);
  }
}

function called(token: Token): string {
  if (token.kind === "string") return `string "${token.text}"`;
  if (token.kind === "label") return `label ${token.text}`;
  return token.kind === "compare" ? token.op : token.kind;
}
