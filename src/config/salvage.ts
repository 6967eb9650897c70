import type { z } from "zod";
import { type Path, pathText } from "./path.js";
import { RawConfig, Remains } from "./raw.js";

/** What is left of a file when its broken parts are taken out. */
export interface Salvaged {
  raw: RawConfig;
  /** Where in the file a path of `raw` stands: lists lose their broken entries. */
  origin(this: void, path: Path): PropertyKey[];
  /** Whether a list of `raw` has all its entries. */
  whole(this: void, path: Path): boolean;
  issues: z.core.$ZodIssue[];
}

/**
 * Parses the file. One that does not fit is parsed again without the parts that do not, so that names and secrets of the rest
 * are still checked and one round of mending is enough. `raw` is to be trusted only when there are no issues.
 */
export function salvage(value: unknown): Salvaged | { raw: null; issues: z.core.$ZodIssue[] } {
  const first = RawConfig.safeParse(value, { reportInput: true });
  if (first.success) return { raw: first.data, origin: (path) => [...path], whole: () => true, issues: [] };
  const { issues } = first.error;
  const tree = structuredClone(value);
  let left = issues;
  for (let round = 0; round < 50; round++) {
    for (const issue of left) if (!remove(tree, issue)) return { raw: null, issues };
    const alive = new Map<string, Kept>();
    const origin = (path: Path): PropertyKey[] => original(path, alive);
    const again = Remains.safeParse(compact(tree, [], alive));
    if (again.success) return { raw: again.data, origin, whole: (path) => alive.get(pathText(origin(path)))?.whole ?? false, issues };
    left = again.error.issues.map((issue) => ({ ...issue, path: origin(issue.path) }));
  }
  return { raw: null, issues };
}

/** Of a list: where its remaining entries were, and whether that is all of them. */
interface Kept {
  places: number[];
  whole: boolean;
}

/** Stands for a list's broken entry until the list is read. */
const gone = Symbol("gone");
type Tree = Record<PropertyKey, unknown>;

/** Takes out what an issue names, or what should hold it; false when that is the whole file. */
function remove(tree: unknown, issue: z.core.$ZodIssue): boolean {
  const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
  for (const key of keys) cut(tree, [...issue.path, key]);
  return keys.length > 0 || cut(tree, issue.path);
}

function cut(tree: unknown, path: Path): boolean {
  const key = path.at(-1);
  if (key === undefined) return false;
  const above = path.slice(0, -1);
  const holder = above.reduce<unknown>((at, part) => (isTree(at) ? at[part] : undefined), tree);
  if (!isTree(holder) || !(key in holder)) return path.length === 1 || cut(tree, above);
  if (Array.isArray(holder)) holder[Number(key)] = gone;
  else delete holder[key];
  return true;
}

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null;

function compact(node: unknown, path: Path, alive: Map<string, Kept>): unknown {
  if (Array.isArray(node)) {
    const places = node.flatMap((entry, index) => (entry === gone ? [] : [index]));
    alive.set(pathText(path), { places, whole: places.length === node.length });
    return places.map((index) => compact(node[index], [...path, index], alive));
  }
  if (!isTree(node)) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, compact(value, [...path, key], alive)]));
}

function original(path: Path, alive: ReadonlyMap<string, Kept>): PropertyKey[] {
  const found: PropertyKey[] = [];
  for (const part of path) found.push(typeof part === "number" ? (alive.get(pathText(found))?.places[part] ?? part) : part);
  return found;
}
