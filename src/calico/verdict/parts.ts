import { kinds } from "../kinds.js";
import { type Item, itemName, type Taken } from "./item.js";

/** Something in a snapshot that cannot be read or is not what it seems. */
export interface Trouble {
  /** `NetworkPolicy openstack/web`. */
  subject: string;
  text: string;
}

/** A snapshot by kinds, before it is compiled. */
export interface Parts {
  byKind: Map<string, Map<string, Item>>;
  /** Objects that were given more than once; the last one counts. */
  twice: Set<string>;
  troubles: Trouble[];
  /** Reasons to doubt every answer: policies that cannot even be placed. */
  everywhere: string[];
}

export const emptyParts = (): Parts => ({ byKind: new Map(), twice: new Set(), troubles: [], everywhere: [] });

/** Adds an object, or what is wrong with it. */
export function add(parts: Parts, taken: Taken): void {
  if (!taken.ok) {
    lost(parts, taken.what, taken.why);
    return;
  }
  const { item } = taken;
  const called = itemName(item);
  if (!kinds.some(({ kind }) => kind === item.kind)) {
    parts.troubles.push({ subject: called, text: `${called} is of a kind that is not known here` });
    if (item.kind.endsWith("Policy")) parts.everywhere.push(`${called} cannot be judged`);
    return;
  }
  const same = parts.byKind.get(item.kind) ?? new Map<string, Item>();
  parts.byKind.set(item.kind, same);
  if (same.has(called)) {
    parts.twice.add(called);
    parts.troubles.push({ subject: called, text: `${called} is there twice; the last one is taken` });
  }
  same.set(called, item);
}

/** A key of a policy or tier that cannot be read leaves every answer open. */
function lost(parts: Parts, what: string, why: string): void {
  parts.troubles.push({ subject: what, text: `${what} cannot be read: ${why}` });
  if (/\/(globalnetworkpolicies|networkpolicies|tiers|profiles|workloadendpoints|hostendpoints|networksets|globalnetworksets)\//.test(what))
    parts.everywhere.push(`${what} cannot be read`);
  else if (!what.startsWith("/")) parts.everywhere.push(`${what} cannot be read: ${why}`);
}

/** Objects of a kind, in the order in which they were given. */
export const ofKind = ({ byKind }: Parts, kind: string): Item[] => [...(byKind.get(kind)?.values() ?? [])];
