import { securityGroupOf } from "../names.js";
import type { TieRule } from "./order.js";

/** How the keys of people's policies of tier `default` are written. */
export interface KeyGeneration {
  /** `plain` from v3.32 on, `prefixed` (`default.<name>`) up to v3.31, `mixed` when an upgrade did not migrate all, `none` = no such policy. */
  kind: "plain" | "prefixed" | "mixed" | "none";
  /** Keys with the prefix. */
  prefixed: string[];
  /** Names that are stored both ways: two policies where people see one. */
  twice: string[];
}

/** Judges by the names of the keys of all policies of one kind and namespace each, given as `namespace/name` or `name`. */
export function keyGeneration(paths: readonly string[]): KeyGeneration {
  const people = paths.filter((path) => securityGroupOf(nameOf(path)) === null && !nameOf(path).startsWith("knp."));
  const prefixed = people.filter((path) => nameOf(path).startsWith("default."));
  // Names of other tiers may hold a dot in either generation.
  const plain = people.filter((path) => !nameOf(path).includes("."));
  const names = new Set(people);
  const twice = prefixed.map((path) => path.replace(/(^|\/)default\./, "$1")).filter((path) => names.has(path));
  if (prefixed.length > 0 && plain.length > 0) return { kind: "mixed", prefixed, twice };
  return { kind: prefixed.length > 0 ? "prefixed" : plain.length > 0 ? "plain" : "none", prefixed, twice };
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The rule for ties of the Calico that wrote these keys; where it cannot be told, that of today's releases. */
export const tieRuleOf = ({ kind }: KeyGeneration): TieRule => (kind === "prefixed" ? "key" : "name");
