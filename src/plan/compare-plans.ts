import type { Guard, Plan, Severity, Step, Traffic } from "../contract/plan.js";
import { uncounted } from "./uncounted.js";

/** What of a plan decides whether votes for it still count. */
type Judged = Pick<Plan, "steps" | "guards" | "traffic" | "severity">;

/** Planned anew right before it is done: why the plan that people voted on no longer fits, in a sentence; null = it does. */
export function comparePlans(before: Judged, after: Judged): string | null {
  return movedIn(before.steps, after.steps) ?? newGuard(before.guards, after.guards) ?? graver(before, after) ?? grown(before, after);
}

function movedIn(before: readonly Step[], after: readonly Step[]): string | null {
  const now = new Map(after.map((step) => [step.key, step]));
  for (const { key, subject, action, expect } of before) {
    const step = now.get(key);
    if (step === undefined) return `${subject} is stored as wanted already`;
    if (step.action !== action || step.expect !== expect) return `${subject} was changed since it was planned`;
    now.delete(key);
  }
  const [more] = now.values();
  return more === undefined ? null : `${more.subject} would be changed too, which the plan does not say`;
}

/** A guard that was not there, or that somebody has taken out of the plan. */
function newGuard(before: readonly Guard[], after: readonly Guard[]): string | null {
  const known = new Set(before.map(({ severity, text }) => `${severity} ${uncounted(text)}`));
  const fresh = after.find(({ severity, text }) => severity !== "note" && !known.has(`${severity} ${uncounted(text)}`));
  return fresh === undefined ? null : `the plan does not say that ${fresh.text}`;
}

const grave: Readonly<Record<Severity, number>> = { low: 0, medium: 1, high: 2 };

const graver = ({ severity: was }: Judged, { severity: is }: Judged): string | null =>
  grave[is] > grave[was] ? `it was of ${was} severity and is of ${is} now` : null;

/** More by this share is another change. */
const tolerated = 1.1;

function grown({ traffic: was }: Judged, { traffic: is }: Judged): string | null {
  if (was === null) return null;
  if (is === null) return "what it does to traffic can no longer be computed";
  const flag = is.flags.find((one) => !was.flags.includes(one));
  if (flag !== undefined) return `what it does to traffic has become riskier: ${flag}`;
  return more("lose", was.losing, is.losing) ?? more("gain", was.gaining, is.gaining);
}

const more = (verb: string, was: Traffic["losing"], is: Traffic["losing"]): string | null =>
  is > was * tolerated
    ? `${is.toLocaleString("en-US")} ${is === 1 ? "endpoint" : "endpoints"} would ${verb} something, and the plan says ${was.toLocaleString("en-US")}`
    : null;
