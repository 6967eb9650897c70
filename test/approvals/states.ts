import type { ChangeEvent } from "../../src/approvals/event.js";
import { decide } from "../../src/approvals/machine.js";
import type { Change } from "../../src/approvals/record.js";
import { type ChangeState, ChangeState as States } from "../../src/contract/change.js";
import { bob, carol, changeOf, may, minute, newsOf, orderOf, requester, t0, voteOn } from "./changes.js";

type Step = (change: Change) => ChangeEvent;

const approve: Step = (change) => voteOn(change, bob);
const news =
  (state: ChangeState): Step =>
  (change) =>
    newsOf(change, state, { ends: state === "applied" ? t0 + 20 * minute : null });
const running = [approve, news("running")];
const applied = [...running, news("applied")];

/** How a change comes into each state. */
const ways: Readonly<Record<ChangeState, readonly Step[]>> = {
  proposed: [],
  approved: [approve],
  running,
  applied,
  keep_requested: [...applied, (change) => orderOf(change, "keep", carol)],
  kept: [...applied, (change) => orderOf(change, "keep", carol), news("kept")],
  reverted: [...applied, news("reverted")],
  revert_conflict: [...applied, news("revert_conflict")],
  rejected: [(change) => voteOn(change, bob, { verdict: "reject", reason: "too wide" })],
  withdrawn: [() => ({ kind: "withdraw", actor: requester, mayVote: may, reason: null })],
  expired: [news("expired")],
  stale: [news("stale")],
  cancelled: [approve, () => ({ kind: "cancel", actor: carol, reason: null })],
  partly: [...running, news("partly")],
  failed: [...running, news("failed")],
  uncertain: [...running, news("uncertain")],
};

export const states: readonly ChangeState[] = States.options;

/** A change in that state, brought there by what happens to changes, a minute a step. */
export function changeIn(state: ChangeState): Change {
  let change = changeOf(`in-${state}`);
  ways[state].forEach((step, index) => {
    const result = decide(change, step(change), t0 + (index + 1) * minute);
    if (!result.moved) throw new Error(`the way to ${state} ends in ${change.state}: ${result.refused?.message}`);
    change = result.change;
  });
  return change;
}
