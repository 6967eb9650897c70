import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { YAMLParseError } from "yaml";
import { End } from "./end.js";
import { type Kind, kindNamed } from "./kinds.js";
import type { Shape } from "./shapes/shape.js";

/** A resource that a file names. */
export interface Named {
  kind: Kind;
  name: string;
  namespace: string;
}

export interface Source {
  /** File, folder, or `-` for the standard input. */
  path: string;
  recursive: boolean;
  /** Nothing in it is no error. */
  skipEmpty: boolean;
}

/** The resources that a file, a folder or the standard input names. */
export async function documents({ path, recursive, skipEmpty }: Source): Promise<Named[]> {
  const folder = path !== "-" && isFolder(path);
  const files = folder ? below(path, recursive) : [path];
  const found: Named[] = [];
  for (const file of files) {
    const named = await inText(textOf(file));
    if (named.length === 0 && !skipEmpty) throw new End(`failed to get resources: no resources specified in file ${file}`);
    found.push(...named);
  }
  if (found.length === 0 && folder && !skipEmpty) throw new End(`failed to get resources: no resources specified in directory ${path}`);
  return found;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    throw new End(`failed to get resources: stat ${path}: no such file or directory`);
  }
}

function below(folder: string, recursive: boolean): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return recursive ? below(path, recursive) : [];
    return /\.(json|ya?ml)$/.test(entry.name) ? [path] : [];
  });
}

const textOf = (file: string): string => readFileSync(file === "-" ? 0 : file, "utf8");

async function inText(text: string): Promise<Named[]> {
  const { parse, YAMLParseError } = await import("yaml");
  const parts = text.split(/^---(?:[ \t].*)?$/m).filter((part) => part.trim() !== "");
  return parts.flatMap((part) => {
    try {
      return named(parse(part) as unknown);
    } catch (error) {
      if (!(error instanceof YAMLParseError)) throw error;
      throw new End(`failed to execute command: error converting YAML to JSON: ${yamlReason(error)}`);
    }
  });
}

/** Go's words for what is wrong with a YAML text, as far as they are known. */
export function yamlReason({ code, linePos }: YAMLParseError): string {
  const line = linePos?.[0].line ?? 1;
  const at = line > 1 ? ` line ${line}:` : "";
  return code === "BAD_ALIAS" || code === "UNEXPECTED_TOKEN"
    ? `yaml:${at} found character that cannot start any token`
    : `yaml:${at} did not find expected key`;
}

interface Document {
  apiVersion?: string;
  kind?: string;
  metadata?: { name?: string; namespace?: string };
  items?: unknown[];
}

function named(document: unknown): Named[] {
  const { apiVersion = "", kind: name = "", items, metadata } = (document ?? {}) as Document;
  if (Array.isArray(document)) return document.flatMap(named);
  if (name.endsWith("List") && Array.isArray(items)) return items.flatMap(named);
  const kind = kindNamed(name);
  if (!kind || apiVersion !== "projectcalico.org/v3")
    throw new End(`failed to execute command: unknown resource type (${name}) and/or version (${apiVersion.split("/").at(-1) ?? ""})`);
  const unknown = stray(kind.shape, document);
  if (unknown !== null) throw new End(`field in document is not recognized or is in the wrong location: ${unknown}`);
  return [{ kind, name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" }];
}

/** First field that the shape does not know, or null. */
function stray(shape: Shape, value: unknown): string | null {
  if (Array.isArray(value)) return first(value, (item) => (shape.members ? stray(shape.members, item) : null));
  if (typeof value !== "object" || value === null || shape.fields === undefined) return null;
  const { fields } = shape;
  return first(Object.entries(value), ([name, item]) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return field === undefined ? name : stray(field.shape, item);
  });
}

function first<T>(items: readonly T[], look: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = look(item);
    if (found !== null) return found;
  }
  return null;
}

export const isUnknownField = (name: string): string => `unknown field "${name}"`;
