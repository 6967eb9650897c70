import { readFileSync } from "node:fs";
import { parseSync } from "@swc/core";

/** One import of a file, in whatever form: static, re-export, `import()`, `require()`, `import type`. */
export interface Import {
  from: string;
  /** The specifier as written; null = not a literal. */
  to: string | null;
}

/** A function and how many lines it spans. */
export interface FunctionSpan {
  name: string;
  lines: number;
  params: number;
}

export interface Parsed {
  imports: Import[];
  /** `process.env` is looked at, in whatever spelling. */
  readsEnv: boolean;
  functions: FunctionSpan[];
  lines: number;
}

type Node = { type?: string; span?: { start: number; end: number } } & Record<string, unknown>;

/** Reads the imports and the functions of a TypeScript source off its syntax tree. */
export function parseSource(file: string, text: string = readFileSync(file, "utf8")): Parsed {
  const tree = parseSync(text, { syntax: "typescript", target: "es2023" }) as unknown as Node;
  const parsed: Parsed = { imports: [], readsEnv: false, functions: [], lines: text.split("\n").length };
  const bytes = Buffer.from(text);
  walk(tree, (node) => {
    const found = importOf(node);
    if (found !== undefined) parsed.imports.push({ from: file, to: found });
    if (isEnv(node)) parsed.readsEnv = true;
    const span = functionOf(node, (start, end) => lineCount(bytes, start - 1, end - 1));
    if (span) parsed.functions.push(span);
  });
  return parsed;
}

/** swc counts bytes from 1. */
function lineCount(bytes: Buffer, start: number, end: number): number {
  return bytes.subarray(Math.max(0, start), end).toString("utf8").split("\n").length;
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
    return;
  }
  if (value === null || typeof value !== "object") return;
  const node = value as Node;
  if (typeof node.type === "string") visit(node);
  for (const [key, child] of Object.entries(node)) if (key !== "span") walk(child, visit);
}

function importOf(node: Node): string | null | undefined {
  if (["ImportDeclaration", "ExportAllDeclaration", "ExportNamedDeclaration"].includes(node.type ?? "")) {
    const source = node["source"] as { value?: string } | null;
    return source?.value;
  }
  if (node.type === "TsImportEqualsDeclaration") {
    const reference = node["moduleRef"] as { expression?: { value?: string } };
    return reference.expression?.value;
  }
  if (node.type === "TsImportType") return (node["argument"] as { value?: string }).value ?? null;
  if (node.type !== "CallExpression") return undefined;
  const callee = node["callee"] as Node;
  const isRequire = callee.type === "Identifier" && callee["value"] === "require";
  if (callee.type !== "Import" && !isRequire) return undefined;
  const first = (node["arguments"] as { expression: Node }[])[0]?.expression;
  return first?.type === "StringLiteral" ? String(first["value"]) : null;
}

/** `process.env`, `process["env"]`, or `env` taken out of `process` or `node:process`. */
function isEnv(node: Node): boolean {
  if (node.type === "MemberExpression") {
    const { object, property } = node as unknown as { object: Node; property: Node };
    const name = property.type === "Computed" ? (property["expression"] as Node)["value"] : property["value"];
    return object["value"] === "process" && name === "env";
  }
  if (node.type === "VariableDeclarator") {
    const { id, init } = node as unknown as { id: Node; init: Node | null };
    const keys = id.type === "ObjectPattern" ? (id["properties"] as Node[]).map((one) => (one["key"] as Node | undefined)?.["value"]) : [];
    return init?.["value"] === "process" && keys.includes("env");
  }
  if (node.type !== "ImportDeclaration") return false;
  return /^(node:)?process$/.test((node["source"] as { value: string }).value);
}

const functionTypes = [
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "ClassMethod",
  "MethodProperty",
  "Constructor",
];

function functionOf(node: Node, linesOf: (start: number, end: number) => number): FunctionSpan | null {
  if (!functionTypes.includes(node.type ?? "") || !node.span) return null;
  const inner = (node["function"] ?? node) as Node;
  const span = inner.span ?? node.span;
  const name = ((node["identifier"] ?? node["key"]) as { value?: string } | undefined)?.value ?? "(anonymous)";
  const params = (inner["params"] as unknown[] | undefined)?.length ?? 0;
  return { name, lines: linesOf(span.start, span.end), params };
}
