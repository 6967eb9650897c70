import { type Choice, choiceOf } from "../policy/applies.js";
import type { Direction, StoredPolicy } from "../policy/policy.js";
import { UnreadableError } from "./entity.js";
import { type Rule, ruleOf } from "./rule.js";

/** A policy or profile ready to be evaluated. */
export interface Rules {
  ingress: readonly Rule[];
  egress: readonly Rule[];
}

/** A policy in its place, with what is doubtful about it. */
export interface CompiledPolicy {
  policy: StoredPolicy;
  choice: Choice;
  rules: Rules;
  /** Felix cannot read it either and goes on as if it were not there. */
  missing: string | null;
  /** It is evaluated, and the answer may still be another. */
  doubt: string | null;
}

/** Compiles a policy; `unreadable` and `doubt` are what is known against it. */
export function compiled(policy: StoredPolicy, against: { unreadable: string | null; doubt: string | null }): CompiledPolicy {
  const choice = choiceOf(policy);
  const mistake = choice.ok ? null : `its ${choice.mistakes[0]?.field}: ${choice.mistakes[0]?.message}`;
  const { rules, why } = rulesOf(policy.spec, policy.namespace);
  return { policy, choice, rules, missing: against.unreadable ?? mistake ?? why, doubt: against.doubt ?? fields(policy) };
}

/** Rules of both directions; one that cannot be read leaves none. */
export function rulesOf(
  spec: { ingress: readonly unknown[]; egress: readonly unknown[] },
  namespace: string | null,
): { rules: Rules; why: string | null } {
  try {
    const of = (direction: Direction): Rule[] => spec[direction].map((rule, i) => numbered(rule, { direction, i, namespace }));
    return { rules: { ingress: of("ingress"), egress: of("egress") }, why: null };
  } catch (error) {
    if (error instanceof UnreadableError) return { rules: { ingress: [], egress: [] }, why: error.message };
    throw error;
  }
}

function numbered(rule: unknown, { direction, i, namespace }: { direction: Direction; i: number; namespace: string | null }): Rule {
  try {
    return ruleOf(rule, namespace);
  } catch (error) {
    if (error instanceof UnreadableError) throw new UnreadableError(`${direction} rule ${i}: ${error.message}`);
    throw error;
  }
}

const known = new Set([
  "tier",
  "order",
  "selector",
  "namespaceSelector",
  "serviceAccountSelector",
  "types",
  "ingress",
  "egress",
  "preDNAT",
  "doNotTrack",
  "applyOnForward",
  "performanceHints",
  "stagedAction",
]);

function fields({ spec }: StoredPolicy): string | null {
  const unknown = Object.keys(spec).filter((name) => !known.has(name));
  return unknown.length === 0 ? null : `its ${unknown.slice(0, 3).join(", ")} cannot be judged`;
}
