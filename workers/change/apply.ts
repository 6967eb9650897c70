import { toFailure } from "../../src/contract/failure.js";
import type { Plan } from "../../src/contract/plan.js";
import { stateOf } from "../journal/record.js";
import { putBack } from "./back.js";
import { tryCanaries } from "./canaries.js";
import type { Context } from "./context.js";
import { type Doing, doStep, settle } from "./step.js";
import { lies, revisionOf } from "./stored.js";
import { tell } from "./tell.js";

/** Applies a claimed change step by step; what is half done is put back. Throws only when the worker stops. */
export async function apply(context: Context, plan: Plan): Promise<void> {
  await tell(context, plan.id, { state: "running" });
  if (!(await arm(context, plan))) return;
  for (const index of plan.steps.keys()) {
    const stopped = await applyStep(context, plan, index);
    if (stopped === null) continue;
    await halfway(context, plan, stopped);
    return;
  }
  await tell(context, plan.id, { state: "applied" });
}

/** Its end is on disk before anything is written; false = the disk does not take it, and nothing is changed. */
async function arm(context: Context, plan: Plan): Promise<boolean> {
  const { journal, now } = context;
  try {
    const before = await tryCanaries(context, plan.id);
    await journal.append(() => ({ t: "armed", at: now(), change: plan.id, deadline: now() + plan.terms.window, before }));
    return true;
  } catch (error) {
    if (context.closing.signal.aborted) throw error;
    await tell(context, plan.id, { state: "failed", note: `nothing was changed: ${toFailure(error).message}` });
    return false;
  }
}

/** Null = done; else why the change cannot go on. */
async function applyStep(context: Context, plan: Plan, index: number): Promise<string | null> {
  const doing = applying(context, plan, index);
  const { subject } = doing.step;
  try {
    const found = await lies(context, plan.id, doing.step.key);
    if (revisionOf(found) !== doing.step.expect) return `${subject} was changed by somebody else since it was planned`;
    const { fate, note } = await doStep(context, doing);
    return fate === "done" ? null : `${subject}: ${note ?? fate}`;
  } catch (error) {
    if (context.closing.signal.aborted) throw error;
    context.log.warn({ change: plan.id, subject, err: error }, "a step could not be begun");
    return `${subject}: ${toFailure(error).message}`;
  }
}

function applying(context: Context, plan: Plan, index: number): Doing {
  const step = plan.steps[index];
  if (step === undefined) throw new Error(`change ${plan.id} has no step ${index}`);
  const lost = (why: string): Promise<unknown> =>
    tell(context, plan.id, {
      state: "uncertain",
      note: `whether ${step.subject} was written is not known: ${why}; it is found out as soon as etcd answers`,
    });
  return { change: plan.id, index, way: "apply", step, lost };
}

/** Nothing written: it is told at once. Else what was written is put back. */
async function halfway(context: Context, plan: Plan, why: string): Promise<void> {
  const { journal, now } = context;
  const steps = journal.state.changes.get(plan.id)?.steps ?? [];
  if (steps.every(({ apply: { state } }) => state === "none")) {
    await tell(context, plan.id, { state: /somebody else/.test(why) ? "stale" : "failed", note: why });
    return;
  }
  await journal.append(() => ({ t: "ending", at: now(), change: plan.id, ending: { goal: "failed", why } }), { anyway: true });
  await putBack(context, plan.id);
}

/** Takes up a change where a process that is gone has left it. */
export async function resume(context: Context, plan: Plan): Promise<void> {
  const { journal } = context;
  const record = journal.state.changes.get(plan.id);
  if (record === undefined) return;
  for (const [index, { apply: mark }] of record.steps.entries()) {
    if (mark.state !== "intent") continue;
    const stopped = { code: "cancelled" as const, message: "the worker was stopped while it was written" };
    const wait = Math.max(context.timing.settle, mark.at + context.timing.orphan - context.now());
    await settle(context, applying(context, plan, index), { failure: stopped, wait });
  }
  if (record.ending !== null) return putBack(context, plan.id);
  if (stateOf(record) === "applied") return;
  const left = record.steps.filter(({ apply: { state } }) => state !== "done").length;
  if (left === 0) await tell(context, plan.id, { state: "applied", note: "the worker was started anew meanwhile" });
  else await halfway(context, plan, "the worker was stopped before all of it was written");
}
