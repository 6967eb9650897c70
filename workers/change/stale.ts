import { FailureError, toFailure } from "../../src/contract/failure.js";
import type { Plan } from "../../src/contract/plan.js";
import type { Context } from "./context.js";
import { revisionOf } from "./stored.js";

/** Why an approval does not fit any more, right before anything is written; null = it does. */
export async function staleBy(context: Context, plan: Plan): Promise<{ state: "stale" | "failed"; why: string } | null> {
  try {
    const why = (await movedIn(context, plan)) ?? (await context.planAgain(plan, context.askFor(plan.id)));
    return why === null ? null : { state: "stale", why };
  } catch (error) {
    if (context.closing.signal.aborted) throw error;
    context.log.warn({ change: plan.id, err: error }, "a change could not be planned again");
    return { state: "failed", why: `it could not be checked again, so nothing was changed: ${toFailure(error).message}` };
  }
}

/** The first object that is not as it was when it was planned. */
async function movedIn({ etcd, askFor }: Context, plan: Plan): Promise<string | null> {
  const read = await etcd.read(
    plan.steps.map(({ key }) => ({ key })),
    askFor(plan.id),
  );
  if (!read.ok) throw new FailureError(read.failure);
  const moved = plan.steps.find(({ expect }, i) => revisionOf(read.value.ranges[i]?.kvs[0] ?? null) !== expect);
  return moved === undefined ? null : `${moved.subject} was changed by somebody else since it was planned`;
}
