import { actorId, actorName } from "../contract/actor.js";
import { expiresAt, remindsAt, wasSent } from "./due.js";
import type { Cancelled, ChangeEvent, Declared, Withdrawn } from "./event.js";
import { hear } from "./hear.js";
import { order } from "./order.js";
import { type Change, planOf } from "./record.js";
import { agreed, type Decided, misfit, moved, refused } from "./step.js";
import { steps, timeText, tooLate } from "./truth.js";
import { vote } from "./vote.js";

/** What a plan becomes when it is shown for approval: approved at once when the rules ask for nobody's vote. */
export function propose(what: Pick<Change, "request" | "signed" | "place" | "requesterName">, now: number): Change {
  const plan = planOf(what);
  const { requester } = plan;
  const base: Change = {
    ...what,
    id: plan.id,
    cluster: plan.cluster,
    state: "proposed",
    votes: [],
    emergency: null,
    news: null,
    history: [{ at: now, what: steps.proposed, who: actorId(requester), name: what.requesterName, note: null }],
    created: now,
    ended: null,
    wantedKeep: null,
    told: { mentioned: null, reminded: null },
    turn: 1,
  };
  if (!agreed(base)) return base;
  return { ...base, state: "approved", history: [...base.history, { at: now, what: steps.ruled, who: null, name: null, note: null }] };
}

/** What an event does to a change: pure, and the only place where its state moves. What is refused is told the truth. */
export function decide(change: Change, event: ChangeEvent, now: number): Decided {
  const late = event.kind === "news" || event.kind === "order" ? null : overdue(change, now);
  if (late !== null) return event.kind === "expire" ? { ...late, refused: null } : late;
  switch (event.kind) {
    case "vote":
      return vote(change, event, now);
    case "withdraw":
      return withdraw(change, event, now);
    case "emergency":
      return emergency(change, event, now);
    case "submitted":
      return submitted(change, now);
    case "news":
      return hear(change, event.news, now);
    case "order":
      return order(change, event.order, now);
    case "cancel":
      return cancel(change, event, now);
    case "mention":
    case "remind":
      return tell(change, event.kind, now);
    case "expire":
      return refused(change, tooLate(change, now));
  }
}

/** The clock is asked at every click, not only when somebody sweeps: what has run out ends here, and the click is told. */
function overdue(change: Change, now: number): Decided | null {
  const at = expiresAt(change);
  if (at === null || now < at) return null;
  const note = change.state === "approved" ? "it was approved, and no worker took it in time" : null;
  const ended = moved(change, { state: "expired", entry: { at: now, what: "expired", who: null, name: null, note } }, now);
  return { ...ended, refused: tooLate(ended.change, now) };
}

function withdraw(change: Change, { actor, mayVote, reason }: Withdrawn, now: number): Decided {
  const who = actorId(actor);
  if (!mayVote.ok && who !== actorId(planOf(change).requester)) return refused(change, mayVote.failure);
  if (change.state !== "proposed" && change.state !== "approved") return refused(change, tooLate(change, now));
  return moved(change, { state: "withdrawn", entry: { at: now, what: "withdrawn", who, name: actorName(actor), note: reason } }, now);
}

function emergency(change: Change, event: Declared, now: number): Decided {
  const { emergency: said, envelope, mayDeclare } = event;
  if (!mayDeclare.ok) return refused(change, mayDeclare.failure);
  if (change.state !== "proposed") return refused(change, tooLate(change, now));
  const unfit = misfit(change, said);
  if (unfit !== null) return refused(change, unfit);
  const entry = { at: now, what: steps.emergency, who: actorId(said.actor), name: actorName(said.actor), note: said.reason };
  return moved(change, { state: "approved", entry, emergency: envelope }, now);
}

function submitted(change: Change, now: number): Decided {
  if (change.state !== "approved" || wasSent(change)) return refused(change, tooLate(change, now));
  return moved(change, { entry: { at: now, what: steps.sent, who: null, name: null, note: null } }, now);
}

function cancel(change: Change, { actor, reason }: Cancelled, now: number): Decided {
  if (change.state !== "approved") return refused(change, tooLate(change, now));
  const entry = { at: now, what: "cancelled", who: actorId(actor), name: actorName(actor), note: reason };
  return moved(change, { state: "cancelled", entry }, now);
}

/** Once each: mentioned while votes are wanted, reminded when two thirds of the plan's life are over. */
function tell(change: Change, kind: "mention" | "remind", now: number): Decided {
  const which = kind === "mention" ? "mentioned" : "reminded";
  const early = kind === "remind" && (remindsAt(change) ?? 0) > now;
  const before = change.told[which];
  if (change.state === "proposed" && before === null && !early)
    return moved(
      change,
      { told: { ...change.told, [which]: now }, entry: { at: now, what: steps[which], who: null, name: null, note: null } },
      now,
    );
  if (change.state !== "proposed" || early) return refused(change, tooLate(change, now));
  const message = `${change.id}: the approvers were ${which} at ${timeText(before ?? now, now)}; that is done once`;
  return refused(change, { code: "conflict", message, hint: "`approvals` shows what waits for them" });
}
