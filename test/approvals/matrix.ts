import type { ChangeEvent } from "../../src/approvals/event.js";
import { decide } from "../../src/approvals/machine.js";
import type { Change } from "../../src/approvals/record.js";
import { bob, dave, emergencyOf, mayNot, minute, newsOf, orderOf, person, requester, t0, voteOn } from "./changes.js";
import { changeIn, states } from "./states.js";

type Make = (change: Change) => ChangeEvent;

const stranger = person("erin");
/** The plan lives until 30 min after t0; its reminder is due after 20. */
const before = t0 + 15 * minute;
const late = t0 + 25 * minute;
const after = t0 + 31 * minute;

/** Everything that can happen and who does it, with the moment when it is not the usual one. */
export const events: Readonly<Record<string, { make: Make; at?: number }>> = {
  approve: { make: (change) => voteOn(change, dave) },
  reject: { make: (change) => voteOn(change, dave, { verdict: "reject" }) },
  "approve own": { make: (change) => voteOn(change, requester) },
  "reject own": { make: (change) => voteOn(change, requester, { verdict: "reject" }) },
  "approve older": { make: (change) => voteOn(change, dave, { digest: "0".repeat(64) }) },
  "approve, no right": { make: (change) => voteOn(change, dave, { mayVote: mayNot }) },
  "approve at 31": { make: (change) => voteOn(change, dave), at: after },
  withdraw: { make: () => ({ kind: "withdraw", actor: requester, mayVote: mayNot, reason: null }) },
  "withdraw, no right": { make: () => ({ kind: "withdraw", actor: stranger, mayVote: mayNot, reason: null }) },
  "withdraw at 31": { make: () => ({ kind: "withdraw", actor: requester, mayVote: mayNot, reason: null }), at: after },
  emergency: { make: (change) => emergencyOf(change, dave) },
  "emergency at 31": { make: (change) => emergencyOf(change, dave), at: after },
  submitted: { make: () => ({ kind: "submitted" }) },
  "submitted at 31": { make: () => ({ kind: "submitted" }), at: after },
  cancel: { make: () => ({ kind: "cancel", actor: dave, reason: null }) },
  keep: { make: (change) => orderOf(change, "keep", bob) },
  revert: { make: (change) => orderOf(change, "revert", bob) },
  extend: { make: (change) => orderOf(change, "extend", bob) },
  mention: { make: () => ({ kind: "mention" }) },
  "remind at 25": { make: () => ({ kind: "remind" }), at: late },
  remind: { make: () => ({ kind: "remind" }) },
  "expire at 31": { make: () => ({ kind: "expire" }), at: after },
  expire: { make: () => ({ kind: "expire" }) },
  "news of before": { make: (change) => newsOf(change, change.state, { seq: change.news?.seq ?? 1, revision: 1 }) },
  "news of another": { make: (change) => newsOf(change, change.state, { revision: 2 }) },
};

const codes: Readonly<Record<string, string>> = { conflict: "c", denied: "d", expired: "x", approval_stale: "s" };

function outcome(change: Change, event: ChangeEvent, now: number): string {
  const { change: next, moved, refused } = decide(change, event, now);
  const went = moved ? (next.state === change.state ? "=" : next.state) : "";
  return went + (refused === null ? "" : (codes[refused.code] ?? refused.code)) || ".";
}

/**
 * One line an event, one column a state. A word: the state it comes to; `=`: it moved and stays in its state; `.`: nothing new, nobody told;
 * refusals: `c` conflict, `d` denied, `x` expired, `s` approval_stale.
 */
export function matrix(): string {
  const head = ["", ...states.map((state) => state.slice(0, 4))];
  const lines = Object.entries(events).map(([name, { make, at = before }]) => {
    const cells = states.map((state) => {
      const change = changeIn(state);
      return outcome(change, make(change), at);
    });
    return [name, ...cells];
  });
  return aligned([head, ...lines]);
}

/** One line a state: where the worker's word may bring it; everything else is refused. */
export function heard(): string {
  const lines = states.map((state) => {
    const change = changeIn(state);
    const cells = states.map((told) => outcome(change, newsOf(change, told), before));
    return [state, ...cells.map((cell) => (cell === "c" ? "-" : cell === "=" ? "=" : "+"))];
  });
  return aligned([["", ...states.map((state) => state.slice(0, 4))], ...lines]);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join(" ")
        .trimEnd(),
    )
    .join("\n");
}
