import type { ChangeState } from "../../src/contract/change.js";
import { toFailure } from "../../src/contract/failure.js";
import type { Step } from "../../src/contract/plan.js";
import type { ChangeRecord } from "../journal/record.js";
import { type Context, pause } from "./context.js";
import { type Doing, doStep, seen, write } from "./step.js";
import { holds, inverted, revisionOf } from "./stored.js";
import { tell } from "./tell.js";

/** Refused as often as this, a step is left as it is; while etcd or calicoctl are away it is tried for ever. */
const most = 3;

/**
 * Puts back what a change has written, the last step first, each only if there still lies what the change has left: something else is
 * reported and never overwritten. Comes back when that is done; throws only when the worker stops.
 */
export async function putBack(context: Context, change: string): Promise<void> {
  const { changes } = context.journal.state;
  const record = changes.get(change);
  if (record === undefined || record.ending === null) return;
  const { goal, why } = record.ending;
  for (const index of [...record.plan.steps.keys()].toReversed()) await stepBack(context, record, index);
  const failed = record.steps.some(({ apply, back }) => (apply.state === "done" && back.state !== "done") || apply.state === "conflict");
  const ends: Record<typeof goal, [well: ChangeState, not: ChangeState]> = {
    reverted: ["reverted", "revert_conflict"],
    failed: ["failed", "partly"],
  };
  await tell(context, change, { state: ends[goal][failed ? 1 : 0], note: why });
}

async function stepBack(context: Context, record: ChangeRecord, index: number): Promise<void> {
  const { plan, ending } = record;
  const step = plan.steps[index];
  if (step === undefined || record.steps[index]?.apply.state !== "done") return;
  let told = false;
  const lost = async (why: string): Promise<void> => {
    if (told) return;
    told = true;
    const state = ending?.goal === "failed" ? "uncertain" : "applied";
    await tell(context, plan.id, { state, note: `${step.subject} could not be put back yet: ${why}; it is tried until it is done` });
  };
  for (let refused = 0; ; ) {
    const { back } = record.steps[index] ?? {};
    if (back === undefined || back.state === "done" || back.state === "conflict" || refused >= most) return;
    const why = await tryBack(context, { change: plan.id, index, way: "back", step, lost });
    if (why === null) continue;
    if (why.passing) await lost(why.note);
    else refused++;
    await pause(context, context.timing.retry);
  }
}

/** Null = it is settled, well or not; else why it did not come about this time. */
async function tryBack(context: Context, forth: Doing): Promise<{ note: string; passing: boolean } | null> {
  const { step } = forth;
  try {
    const found = await seen(context, forth);
    const back = inverted(step, revisionOf(found));
    const doing = { ...forth, step: back };
    if (!holds(context, step, found)) {
      await write(context, doing, { ...foreign(context, back, found), revision: revisionOf(found) });
      return null;
    }
    const { fate, note, passing } = await doStep(context, doing);
    return fate === "failed" ? { note: note ?? "it was refused", passing } : null;
  } catch (error) {
    if (context.closing.signal.aborted) throw error;
    context.log.error({ change: forth.change, subject: step.subject, err: error }, "a step could not be put back yet");
    return { note: toFailure(error).message, passing: false };
  }
}

/** There lies what was there before the change, or something else. */
function foreign(context: Context, back: Step, found: Parameters<typeof holds>[2]): { fate: "done" | "conflict"; note: string } {
  if (holds(context, back, found)) return { fate: "done", note: "somebody has put it back already" };
  const what = found === null ? "somebody has deleted it" : `something else lies there, since revision ${found.revision}`;
  return { fate: "conflict", note: `${what}; it is left as it is` };
}
