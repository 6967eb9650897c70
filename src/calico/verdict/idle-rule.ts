import { type Direction, governs } from "../policy/policy.js";
import type { CompiledPolicy, Rules } from "./compiled.js";
import { contradiction } from "./contradiction.js";
import { covers } from "./covers.js";
import { hitsOf } from "./hits.js";
import type { Model } from "./model.js";
import type { Rule } from "./rule.js";

/** Why a rule decides nothing. The first three hold whatever there is in the cluster. */
export type Idle =
  /** No packet can be what it is about. */
  | { kind: "never"; why: string }
  /** An earlier rule of the policy takes everything away, and does something else. */
  | { kind: "shadowed"; by: number; rule: Rule }
  /** An earlier rule is wider and does the same. */
  | { kind: "repeated"; by: number; rule: Rule }
  /** Nothing in the cluster has the labels that it asks of that end. */
  | { kind: "unmet"; side: "source" | "destination" };

/** Rules of a direction that are held against each other; a person's policy has a few. */
const mostCompared = 400;

/** Null = it may decide something. */
export function idleRule(model: Model, rules: readonly Rule[], i: number): Idle | null {
  const rule = rules[i];
  if (rule === undefined) return null;
  const why = contradiction(rule);
  if (why !== null) return { kind: "never", why };
  const before = coveredBy(rules, i);
  if (before !== null) return { kind: before.rule.action === rule.action ? "repeated" : "shadowed", ...before };
  for (const side of ["source", "destination"] as const) {
    const hits = rule[side].selector === null ? null : hitsOf(model, rule[side]);
    if (hits !== null && hits.endpoints.length + hits.sets.length === 0) return { kind: "unmet", side };
  }
  return null;
}

/** The first earlier rule that takes everything away; Log rules let everything go on. */
function coveredBy(rules: readonly Rule[], i: number): { by: number; rule: Rule } | null {
  const inner = rules[i];
  if (inner === undefined || i >= mostCompared) return null;
  const by = rules.slice(0, i).findIndex((earlier) => earlier.action !== "Log" && covers(earlier, inner));
  const rule = rules[by];
  return rule === undefined ? null : { by, rule };
}

/** In one clause, as it follows the name of the rule. */
export function idleText(idle: Idle): string {
  if (idle.kind === "never") return "can never match";
  if (idle.kind === "shadowed") return `never takes effect: rule ${idle.by} comes first and is wider`;
  if (idle.kind === "repeated") return `adds nothing: rule ${idle.by} is wider and does the same`;
  return `matches nothing now: no endpoint or network set is its ${idle.side}`;
}

/** Whether a policy has rules of a direction that its types leave out: they are never evaluated. */
export const isUngoverned = ({ policy, rules }: CompiledPolicy, direction: Direction & keyof Rules): boolean =>
  rules[direction].length > 0 && !governs(policy, direction);
