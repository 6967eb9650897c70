import { actorId, actorName } from "../contract/actor.js";
import type { Order } from "../contract/change.js";
import type { Change } from "./record.js";
import { type Decided, moved, refused } from "./step.js";
import { stepOf, tooLate } from "./truth.js";

/** A worker that has not answered an order for so long may be sent the same again, ms. */
const patience = 60_000;
/** Of wishes that wait for the worker the stronger one wins: putting back is safe, more time decides nothing. */
const strength = { extend: 0, keep: 1, revert: 2 } as const;

/** What somebody wants done with a change that is applied. It is only a wish until the worker answers. */
export function order(change: Change, wanted: Order, now: number): Decided {
  if (wanted.change !== change.id || !open(change, wanted, now)) return refused(change, tooLate(change, now));
  const note = wanted.want === "extend" ? `${Math.round(wanted.by / 60_000)} min` : null;
  const entry = { at: now, what: stepOf[wanted.want], who: actorId(wanted.actor), name: actorName(wanted.actor), note };
  const state = wanted.want === "keep" ? "keep_requested" : change.state;
  return moved(change, { state, wantedKeep: wanted, entry }, now);
}

function open({ state, wantedKeep, history }: Change, { want }: Order, now: number): boolean {
  if (state !== "applied" && state !== "keep_requested") return false;
  if (wantedKeep === null || strength[want] > strength[wantedKeep.want]) return true;
  const asked = history.findLast(({ what }) => what === stepOf[wantedKeep.want]);
  return want === wantedKeep.want && now - (asked?.at ?? 0) >= patience;
}
