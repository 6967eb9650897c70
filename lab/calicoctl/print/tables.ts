import { End } from "../end.js";
import { kindNamed } from "../kinds.js";
import { type Printed, type PrintedMap, shown } from "../shapes/shape.js";
import type { Store } from "../store.js";
import { type Cells, cellsOf, namesOf } from "./columns.js";

export interface Look {
  wide: boolean;
  /** A column for the namespace, where there is one. */
  namespaces: boolean;
  /** These columns and no others. */
  headings?: readonly string[];
}

/** One table for each resource or list, each with an empty line after it. */
export async function tables(found: readonly PrintedMap[], store: Store, look: Look): Promise<string> {
  const parts: string[] = [];
  for (const object of found) parts.push(await table(object, store, look));
  return parts.map((part) => `${part}\n`).join("");
}

async function table(object: PrintedMap, store: Store, { wide, namespaces, headings: chosen }: Look): Promise<string> {
  const name = shown(object.get("kind"));
  const items = object.get("items") as readonly PrintedMap[] | undefined;
  const kind = kindNamed(items === undefined ? name : name.replace(/List$/, ""));
  if (!kind) throw new Error(`${name} has no table`);
  const known = namesOf(kind.kind);
  const unknown = chosen?.find((heading) => !known.all.includes(heading));
  if (unknown !== undefined) throw new End(`unknown heading ${unknown}, valid values are: ${known.all.join(", ")}`);
  const columns = chosen ?? (wide ? known.wide : known.narrow);
  const heads = namespaces && kind.namespaced ? ["NAMESPACE", ...columns] : columns;
  const meshAs = kind.kind === "Node" && heads.includes("ASN") ? await meshAsNumber(store) : "";
  const crash = crashOf(kind.kind, items ?? [object], heads);
  if (crash !== null) throw new End(`panic: template: get:1:0: ${crash}\n\ngoroutine 1 [running]:\n`, "stderr", 2);
  const rows = (items ?? [object]).map((item) => row(cellsOf(kind.kind, item, meshAs), heads));
  return aligned([heads, ...rows]);
}

/** The real one's tables crash on filters, and on floating IPs when wide; null = these do not. */
function crashOf(kind: string, items: readonly PrintedMap[], heads: readonly string[]): string | null {
  const crash = (value: string, target: string): string =>
    `executing "get" at <ApplyInjectionDetection>: error calling ApplyInjectionDetection: reflect.Set: value of type ${value} is not assignable to type ${target}`;
  const nats = items.some((item) => (item.get("spec") as PrintedMap).has("ipNATs"));
  if (kind === "BGPFilter" && items.length > 0) return crash("string", "v3.BGPFilterMatchSource");
  return heads.includes("NATS") && nats ? crash("*internalapi.IPNAT", "internalapi.IPNAT") : null;
}

const row = (cells: Cells, headings: readonly string[]): string[] => headings.map((heading) => cells[heading] ?? "");

/** Every column as wide as its widest cell and three blanks more. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(5, ...rows.map((cells) => Array.from(cells[i] ?? "").length + 3)));
  return rows
    .map((cells) => `${cells.map((cell, i) => cell + " ".repeat((widths[i] ?? 0) - Array.from(cell).length)).join("")}\n`)
    .join("");
}

/** AS number of nodes that have none of their own. */
async function meshAsNumber(store: Store): Promise<string> {
  const kind = kindNamed("BGPConfiguration");
  if (!kind) throw new Error("BGPConfiguration is no kind");
  try {
    const spec = (await store.get(kind, "", "default")).get("spec") as ReadonlyMap<string, Printed>;
    return shown(spec.get("asNumber")) || "64512";
  } catch {
    return "64512";
  }
}
