import { type Change, planOf } from "./record.js";
import { steps } from "./truth.js";

/** A worker that took a change in the last moment of its plan may say so a little later, ms. */
const grace = 30_000;
/** What is approved is sent to the worker at once; a bot that died before it did is made up for after this, ms. */
const unsent = 5000;

export const wasSent = ({ history }: Change): boolean => history.some(({ what }) => what === steps.sent);

/** When a change that nobody has taken yet ends; null = it cannot expire any more. */
export function expiresAt(change: Change): number | null {
  const { expires } = planOf(change);
  if (change.state === "proposed") return expires;
  if (change.state === "approved") return expires + (wasSent(change) ? grace : 0);
  return null;
}

/** Approvers are reminded once, after two thirds of the plan's life. */
export function remindsAt(change: Change): number | null {
  const { made, expires } = planOf(change);
  return change.state === "proposed" && change.told.reminded === null ? made + ((expires - made) * 2) / 3 : null;
}

function sendsAt({ state, history }: Change): number | null {
  if (state !== "approved" || history.some(({ what }) => what === steps.sent)) return null;
  return (history.at(-1)?.at ?? 0) + unsent;
}

/** When a bot has to look at a change again; null = only people and the worker move it. */
export function dueAt(change: Change): number | null {
  const times = [expiresAt(change), remindsAt(change), sendsAt(change)].filter((at) => at !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/** What has to be done about a change now. `submit`: it is approved, and whoever had to send it to the worker has not. */
export function whatIsDue(change: Change, now: number): "expire" | "remind" | "submit" | null {
  const has = (at: number | null): boolean => at !== null && at <= now;
  if (has(expiresAt(change))) return "expire";
  if (has(remindsAt(change))) return "remind";
  return has(sendsAt(change)) ? "submit" : null;
}
