import type { Resource } from "../../calico/resource.js";

/** The value at `a.b.c` of an object's spec; undefined when anything on the way is missing. */
export function field(object: Resource, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (at, name) => (at !== null && typeof at === "object" ? (at as Record<string, unknown>)[name] : undefined),
      object.spec,
    );
}

/** A value as one cell: `-` when unset, lists joined, objects as their fields. */
export function cell(value: unknown): string {
  if (value === undefined || value === null || value === "") return "-";
  if (Array.isArray(value)) return value.length === 0 ? "-" : few(value.map(cell));
  if (typeof value === "object")
    return Object.entries(value)
      .map(([name, inner]) => `${name}=${cell(inner)}`)
      .join(" ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

const most = 4;
const few = (items: readonly string[]): string =>
  items.length <= most ? items.join(", ") : `${items.slice(0, most).join(", ")} +${items.length - most}`;

/** How many items a list has: `3`, `-` for none. */
export function size(value: unknown): string {
  return Array.isArray(value) && value.length > 0 ? String(value.length) : "-";
}

/** Labels as people write them: a label without a value is its name. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const all = Object.entries(labels ?? {}).map(([name, value]) => (value === "" ? name : `${name}=${value}`));
  return all.join(" ") || "-";
}
