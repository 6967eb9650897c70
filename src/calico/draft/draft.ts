import { type Document, isMap, isNode, isScalar, LineCounter, parseAllDocuments } from "yaml";
import { kindNamed } from "../kinds.js";
import { isObject } from "../part.js";
import { pathText } from "./examine.js";
import { wrongWith } from "./object.js";
import type { Path } from "./shape.js";
import { written } from "./written.js";

/** An object that somebody wrote and that may be planned. */
export interface Draft {
  /** From 1. */
  document: number;
  /** Where it begins, from 1. */
  line: number;
  kind: string;
  name: string;
  /** Null = the kind has none; `default` where none is given, as calicoctl takes it. */
  namespace: string | null;
  object: Readonly<Record<string, unknown>>;
}

/** What is wrong at one place of what somebody wrote. */
export interface Fault {
  document: number;
  line: number;
  column: number;
  /** `spec.ingress[0].action`; empty = the document. */
  path: string;
  text: string;
  hint: string | null;
  /** True = a newer Calico may know it, calicoctl decides; else the document is refused. */
  doubt: boolean;
}

export interface Drafts {
  drafts: Draft[];
  faults: Fault[];
}

/** Most of it that is read, in bytes: parsing takes far longer than what people write. */
export const mostBytes = 256 * 1024;

/** Understands YAML or JSON documents, lists taken apart. Nothing is thrown: what cannot be planned is a fault with its place. */
export function readDrafts(text: string): Drafts {
  const start = { document: 1, line: 1, column: 1, path: "", doubt: false };
  const bytes = Buffer.byteLength(text);
  if (bytes > mostBytes)
    return {
      drafts: [],
      faults: [{ ...start, text: `${bytes} bytes are more than the ${mostBytes} that are read`, hint: "send fewer objects at a time" }],
    };
  const lost = lostIndentation(text);
  if (lost !== null) return { drafts: [], faults: [{ ...start, ...lost }] };
  const lines = new LineCounter();
  const parsed = [...parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })];
  const read = parsed.map((document, i) => readDocument({ document, number: i + 1, lines }));
  const all = { drafts: read.flatMap(({ drafts }) => drafts), faults: read.flatMap(({ faults }) => faults) };
  if (all.drafts.length > 0 || all.faults.length > 0) return all;
  return { drafts: [], faults: [{ ...start, text: "there is no object in it", hint: "begin with apiVersion, kind and metadata" }] };
}

/** Copied from a web page, documents often stand at the left edge: then nothing in them is where it belongs. */
function lostIndentation(text: string): Pick<Fault, "line" | "text" | "hint"> | null {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line, i) => /^(metadata|spec):\s*$/.test(line) && /^[A-Za-z-][^#]*:/.test(lines[i + 1] ?? ""));
  const next = lines[at + 1] ?? "";
  if (at < 0 || /^(apiVersion|kind|metadata|spec|status):/.test(next)) return null;
  return {
    line: at + 2,
    text: `\`${next.trim()}\` stands at the left edge, below \`${(lines[at] ?? "").trim()}\`: the indentation is lost`,
    hint: "what belongs below a key begins two blanks further to the right; a code block or a file keeps the blanks",
  };
}

interface Reading {
  document: Document;
  number: number;
  lines: LineCounter;
}

function readDocument(reading: Reading): Drafts {
  const { document, number, lines } = reading;
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    const twice = error.code === "DUPLICATE_KEY";
    const said = twice ? "this key is there twice" : `this is not YAML: ${error.message}`;
    const hint = twice ? "remove one of the two" : "check indentation, blanks (no tabs) and quotes here";
    return { drafts: [], faults: [{ document: number, line, column: col, path: "", text: said, hint, doubt: false }] };
  }
  const value = valueOf(document);
  if (value === null) return { drafts: [], faults: [] };
  return merged(entriesOf(value).map(({ path, object }) => readObject(reading, path, object)));
}

/** Null = nothing is written there, or an anchor that cannot be resolved, which is no object. */
function valueOf(document: Document): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    // An anchor may contain itself, which nothing below would come to the end of.
    JSON.stringify(value);
    return value ?? null;
  } catch {
    return "an anchor that cannot be resolved";
  }
}

/** The objects of a document: itself, the entries of a list, or the items of a `kind: List`. */
function entriesOf(value: unknown): { path: Path; object: unknown }[] {
  if (Array.isArray(value)) return value.map((object: unknown, i) => ({ path: [i], object }));
  const items = isObject(value) && typeof value["kind"] === "string" && value["kind"].endsWith("List") ? value["items"] : undefined;
  return Array.isArray(items) ? items.map((object: unknown, i) => ({ path: ["items", i], object })) : [{ path: [], object: value }];
}

function readObject(reading: Reading, top: Path, object: unknown): Drafts {
  const place = (path: Path): Pick<Fault, "document" | "line" | "column"> => ({
    document: reading.number,
    ...placeOf(reading, [...top, ...path]),
  });
  if (!isObject(object)) {
    const hint = "an object begins with apiVersion, kind and metadata";
    return { drafts: [], faults: [{ ...place([]), path: "", text: "this is no object", hint, doubt: false }] };
  }
  const faults = wrongWith(object).map(({ path, ...more }) => ({ ...place(path), path: pathText(path), ...more }));
  if (faults.some(({ doubt }) => !doubt)) return { drafts: [], faults };
  const { name, namespace } = object["metadata"] as { name: string; namespace?: string | null };
  const kind = written(object["kind"]);
  const namespaced = kindNamed(kind)?.namespaced === true;
  const draft = { ...place([]), kind, name, namespace: namespaced ? (namespace ?? "default") : null, object };
  return { drafts: [{ document: draft.document, line: draft.line, kind, name, namespace: draft.namespace, object }], faults };
}

/** The place of a path's key, or of the nearest one above it that exists. */
function placeOf({ document, lines }: Reading, path: Path): { line: number; column: number } {
  for (let n = path.length; n >= 0; n--) {
    const offset = offsetAt(document, path.slice(0, n));
    if (offset === null) continue;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  }
  return { line: 1, column: 1 };
}

function offsetAt(document: Document, path: Path): number | null {
  const above = path.length < 2 ? document.contents : document.getIn(path.slice(0, -1), true);
  const key =
    path.length > 0 && isMap(above)
      ? above.items.find((item) => isScalar(item.key) && String(item.key.value) === written(path.at(-1)))?.key
      : null;
  const node = isNode(key) ? key : path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) && node.range ? node.range[0] : null;
}

const merged = (all: readonly Drafts[]): Drafts => ({
  drafts: all.flatMap(({ drafts }) => drafts),
  faults: all.flatMap(({ faults }) => faults),
});
