import type { News } from "../../src/contract/change.js";
import { toFailure } from "../../src/contract/failure.js";
import type { Plan } from "../../src/contract/plan.js";
import { isStanding } from "../journal/record.js";
import { type Context, pause } from "./context.js";
import { hostsOf, inForce } from "./in-force.js";
import { tell } from "./tell.js";

/** Watches a change from its being applied until it is kept or put back, and tells what is new. Never throws. */
export async function watchOver(context: Context, plan: Plan): Promise<void> {
  try {
    await pause(context, context.timing.inForce);
    const hosts = await patiently(context, () => hostsOf(context, plan));
    for (let first = true; standing(context, plan.id); first = false) {
      const force = hosts === null ? null : await patiently(context, () => inForce(context, plan.id, hosts));
      if (first || differs(context, plan.id, force)) await tell(context, plan.id, { state: "applied", inForce: force, when: isStanding });
      await pause(context, context.timing.watch);
    }
  } catch (error) {
    if (!context.closing.signal.aborted) context.log.error({ change: plan.id, err: error }, "a change is not watched any more");
  }
}

function standing({ journal }: Context, change: string): boolean {
  const record = journal.state.changes.get(change);
  return record !== undefined && isStanding(record);
}

function differs({ journal }: Context, change: string, force: News["inForce"]): boolean {
  return JSON.stringify(journal.state.changes.get(change)?.news?.inForce ?? null) !== JSON.stringify(force);
}

/** Asks until it is answered. */
async function patiently<T>(context: Context, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (context.closing.signal.aborted) throw error;
      context.log.warn({ failure: toFailure(error) }, "a change could not be looked at");
      await pause(context, context.timing.retry);
    }
  }
}
