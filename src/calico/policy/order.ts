import { byteOrder } from "../byte-order.js";
import type { StoredPolicy } from "./policy.js";

/**
 * How policies of the same order are told apart: from v3.32 by `name/namespace/kind`, up to v3.31 by the key, where a
 * NetworkPolicy is `<namespace>/<name>`.
 */
export type TieRule = "name" | "key";

/** A tier that policies run in. */
export interface TierPlace {
  name: string;
  /** Null = after all that have one. */
  order: number | null;
  /** What happens to traffic that no policy of the tier decided on. */
  end: "Deny" | "Pass";
  /** False = policies name it, and it is not stored: they run after all others, and it denies at its end. */
  exists: boolean;
}

/** Tiers that exist whether or not they are stored, with orders that cannot be changed. */
const builtIn: readonly TierPlace[] = [
  { name: "kube-admin", order: 1000, end: "Pass", exists: true },
  { name: "default", order: 1_000_000, end: "Deny", exists: true },
  { name: "kube-baseline", order: 10_000_000, end: "Pass", exists: true },
];

/** The tiers in the order in which they are gone through, those that only policies name at the end. */
export function tierOrder(stored: readonly Omit<TierPlace, "exists">[], named: Iterable<string>): TierPlace[] {
  const known = new Map(builtIn.map((tier) => [tier.name, tier]));
  for (const tier of stored) known.set(tier.name, { ...tier, exists: true });
  for (const name of named) if (!known.has(name)) known.set(name, { name, order: null, end: "Deny", exists: false });
  return [...known.values()].toSorted(
    (a, b) => Number(b.exists) - Number(a.exists) || byOrder(a.order, b.order) || byteOrder(a.name, b.name),
  );
}

/** Policies of one tier in the order in which they are evaluated. */
export function policyOrder(policies: readonly StoredPolicy[], rule: TieRule): StoredPolicy[] {
  const ties = new Map(policies.map((policy) => [policy, tieOf(policy, rule)]));
  return policies.toSorted((a, b) => byOrder(a.order, b.order) || byteOrder(ties.get(a) ?? "", ties.get(b) ?? ""));
}

function byOrder(a: number | null, b: number | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a - b;
}

function tieOf({ kind, namespace, name }: StoredPolicy, rule: TieRule): string {
  if (rule === "name") return `${name}/${namespace ?? ""}/${kind}`;
  return namespace === null ? name : `${namespace}/${name}`;
}
