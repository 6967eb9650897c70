import type { News } from "../../src/contract/change.js";
import { toFailure } from "../../src/contract/failure.js";
import type { Plan } from "../../src/contract/plan.js";
import { type ChangeRecord, isStanding } from "../journal/record.js";
import { compareCanaries, isTooMuch } from "./canaries.js";
import { type Context, pause } from "./context.js";
import { hostsOf, inForce } from "./in-force.js";
import { tell } from "./tell.js";

/** Watches a change from its being applied until it is kept or put back, and tells what is new. Never throws. `lost`: it is to be put back now. */
export async function watchOver(context: Context, plan: Plan, lost: (why: string) => void): Promise<void> {
  try {
    await pause(context, context.timing.inForce);
    const hosts = await patiently(context, () => hostsOf(context, plan));
    for (let record = standing(context, plan.id); record !== null; record = standing(context, plan.id)) {
      const force = hosts === null ? null : await patiently(context, () => inForce(context, plan.id, hosts));
      const { watched, why } = await look(context, record);
      if (isNews(record, force, watched)) await tell(context, plan.id, { state: "applied", inForce: force, watched, when: isStanding });
      if (why !== null) lost(why);
      await pause(context, context.timing.watch);
    }
  } catch (error) {
    if (!context.closing.signal.aborted) context.log.error({ change: plan.id, err: error }, "a change is not watched any more");
  }
}

function standing({ journal }: Context, change: string): ChangeRecord | null {
  const record = journal.state.changes.get(change);
  return record !== undefined && isStanding(record) ? record : null;
}

/** What has become of what is watched, and why the change must not stay; null = it may. */
async function look(context: Context, { plan, before }: ChangeRecord): Promise<{ watched: News["watched"]; why: string | null }> {
  const flock = await compareCanaries(context, plan.id, before);
  if (flock === null) return { watched: null, why: null };
  const { lost, worse, ...canaries } = flock;
  const why = isTooMuch(context, flock) ? `${lost.length} of ${canaries.before} canaries are lost: ${worse.join("; ")}` : null;
  return { watched: { canaries, inside: worse, outside: [] }, why };
}

/** The first look is news, and every one that differs from what was told. */
function isNews({ news }: ChangeRecord, force: News["inForce"], watched: News["watched"]): boolean {
  const told = JSON.stringify([news?.inForce ?? null, news?.watched ?? null]);
  return told !== JSON.stringify([force, watched]);
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
