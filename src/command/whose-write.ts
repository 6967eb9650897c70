import type { Write } from "../cluster/history.js";
import { actorName } from "../contract/actor.js";
import type { ChangeState } from "../contract/change.js";
import type { Step } from "../contract/plan.js";
import type { Feed, Whose } from "../diagnosis/changes/feed.js";
import { isBefore, isOurs } from "../plan/whose.js";
import type { Done } from "./define.js";

/** A watch tells of a write a little after the journal does, ms. */
const grace = 5000;

/** States in which nothing of it was written. */
const unwritten: ReadonlySet<ChangeState> = new Set([
  "proposed",
  "approved",
  "rejected",
  "withdrawn",
  "expired",
  "stale",
  "cancelled",
  "failed",
]);
/** States in which it may still be written to. */
const open: ReadonlySet<ChangeState> = new Set(["running", "applied", "keep_requested", "uncertain"]);

/**
 * Whose a write is, by the changes that were made, newest first. A change that is open for an hour does not make its objects the bot's
 * for an hour: what was written must be what one of its steps makes, or what undoes it.
 */
export function whoseWrite(done: readonly Done[]): Whose {
  return (write) => {
    const found = done.find((one) => within(one, write) && one.plan.steps.some((step) => made(step, write)));
    return found === undefined ? null : { id: found.plan.id, who: actorName(found.plan.requester) };
  };
}

const within = ({ plan, state, at }: Done, write: Write): boolean =>
  write.at >= plan.made && (open.has(state) || write.at <= at + grace || write.late);

/** A value that is not kept is taken for the bot's when the rest fits. */
function made(step: Step, { key, action, stored }: Write): boolean {
  if (step.key !== key) return false;
  if (stored === null && action !== "delete") return true;
  return isOurs(step, stored) || isBefore(step, stored);
}

/** The changes that wrote something since then. */
export function changesSince(done: readonly Done[], from: number): NonNullable<Feed["changes"]> {
  return done
    .filter(({ state, at }) => at >= from && !unwritten.has(state))
    .map(({ plan, state, at }) => ({
      ...{ id: plan.id, who: actorName(plan.requester), at, state, line: plan.line },
      steps: plan.steps.slice(0, 20).map(({ action, subject }) => `${action} ${subject}`),
    }));
}
