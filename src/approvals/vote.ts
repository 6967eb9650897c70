import { actorId, actorName } from "../contract/actor.js";
import type { Vote } from "../contract/change.js";
import type { Envelope } from "../contract/envelope.js";
import type { Failure } from "../contract/failure.js";
import type { Voted } from "./event.js";
import { type Change, planOf, votesOf } from "./record.js";
import { agreed, type Decided, misfit, moved, refused } from "./step.js";
import { steps, tooLate } from "./truth.js";

/**
 * A vote. While votes are collected a person's later one takes the place of the earlier; one rejection is enough, and it still wins over
 * an approval that the worker has not taken yet.
 */
export function vote(change: Change, { envelope, vote: said, mayVote }: Voted, now: number): Decided {
  if (!mayVote.ok) return refused(change, mayVote.failure);
  const stops = change.state === "approved" && said.verdict === "reject";
  if (change.state !== "proposed" && !stops) return refused(change, tooLate(change, now));
  const wrong = misfit(change, said) ?? own(change, said);
  if (wrong !== null) return refused(change, wrong);
  const votes = withVote(change, envelope, said);
  return said.verdict === "reject" ? reject(change, { votes, said }, now) : approve(change, { votes, said }, now);
}

/** Nobody decides about his own change, unless its rules say so; then the history says so too. */
function own(change: Change, { voter }: Vote): Failure | null {
  const { requester, terms } = planOf(change);
  if (terms.self || actorId(voter) !== actorId(requester)) return null;
  const message = `${change.id} was asked for by you: somebody else has to decide about it`;
  return { code: "denied", message, hint: "Withdraw takes it back" };
}

function withVote(change: Change, envelope: Envelope, { voter }: Vote): Envelope[] {
  const before = votesOf(change);
  const others = change.votes.filter((_, index) => before[index] === undefined || actorId(before[index].voter) !== actorId(voter));
  return [...others, envelope];
}

interface Counted {
  votes: Envelope[];
  said: Vote;
}

function reject(change: Change, { votes, said }: Counted, now: number): Decided {
  const state = change.state === "approved" ? "cancelled" : "rejected";
  const entry = { at: now, what: state, who: actorId(said.voter), name: actorName(said.voter), note: said.reason };
  return moved(change, { state, votes, entry }, now);
}

function approve(change: Change, { votes, said }: Counted, now: number): Decided {
  const who = actorId(said.voter);
  const what = who === actorId(planOf(change).requester) ? steps.selfApproved : steps.approved;
  // Pressed twice it is one vote, and happened once.
  const again = change.history.some((one) => one.what === what && one.who === who);
  const entry = again ? null : { at: now, what, who, name: actorName(said.voter), note: said.reason };
  return moved(change, { state: agreed({ ...change, votes }) ? "approved" : "proposed", votes, entry }, now);
}
