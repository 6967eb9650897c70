import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { ChangeEvent } from "../../src/approvals/event.js";
import { decide } from "../../src/approvals/machine.js";
import { Change, planOf, votesOf } from "../../src/approvals/record.js";
import { actorId } from "../../src/contract/actor.js";
import type { ChangeState } from "../../src/contract/change.js";
import { bob, carol, changeOf, dave, emergencyOf, may, mayNot, minute, newsOf, orderOf, person, requester, t0, voteOn } from "./changes.js";
import { states } from "./states.js";

const people = [requester, bob, carol, dave, person("erin")];
const who = fc.constantFrom(...people);
const right = fc.constantFrom(may, may, mayNot);
type Make = (change: Change) => ChangeEvent;
const anything: fc.Arbitrary<Make> = fc.oneof(
  fc.record({ who, right, verdict: fc.constantFrom("approve", "approve", "approve", "reject"), old: fc.integer({ max: 4, min: 0 }) }).map(
    ({ who: voter, right: mayVote, verdict, old }): Make =>
      (change) =>
        voteOn(change, voter, { mayVote, verdict, ...(old === 0 ? { digest: "f".repeat(64) } : {}) }),
  ),
  fc.record({ who, right }).map(
    ({ who: actor, right: mayVote }): Make =>
      () => ({ kind: "withdraw", actor, mayVote, reason: null }),
  ),
  who.map(
    (actor): Make =>
      (change) =>
        emergencyOf(change, actor),
  ),
  who.map(
    (actor): Make =>
      () => ({ kind: "cancel", actor, reason: null }),
  ),
  fc.record({ who, want: fc.constantFrom("keep", "revert", "extend") }).map(
    ({ who: actor, want }): Make =>
      (change) =>
        orderOf(change, want, actor),
  ),
  fc.record({ told: fc.constantFrom(...states), skip: fc.integer({ min: -1, max: 2 }) }).map(
    ({ told, skip }): Make =>
      (change) =>
        newsOf(change, told, { seq: Math.max(1, (change.news?.seq ?? 0) + skip) }),
  ),
  fc.constantFrom("expire" as const, "submitted" as const, "mention" as const, "remind" as const).map(
    (kind): Make =>
      () => ({ kind }),
  ),
);
const course = fc.record({
  approvers: fc.integer({ min: 0, max: 3 }),
  self: fc.boolean(),
  events: fc.array(fc.record({ make: anything, wait: fc.integer({ min: 0, max: 3 * minute }) }), { maxLength: 40 }),
});

/** The states that only an agreement leads to. */
const took: readonly ChangeState[] = [
  "running",
  "applied",
  "keep_requested",
  "kept",
  "reverted",
  "revert_conflict",
  "partly",
  "failed",
  "uncertain",
];
const ends: readonly ChangeState[] = [
  "kept",
  "reverted",
  "revert_conflict",
  "rejected",
  "withdrawn",
  "expired",
  "stale",
  "cancelled",
  "partly",
  "failed",
];

/** Counted here once more, from the signed votes alone. */
function isAgreed(change: Change): boolean {
  const { terms, requester: asked } = planOf(change);
  const yes = new Set(
    votesOf(change)
      .filter(({ verdict, digest }) => verdict === "approve" && digest === planOf(change).change)
      .map(({ voter }) => actorId(voter)),
  );
  if (!terms.self) yes.delete(actorId(asked));
  return change.emergency !== null || yes.size >= terms.approvers;
}

test("nothing runs without its votes, nothing leaves an end but by the worker's word, and every step is one turn", () => {
  const reached = new Set<ChangeState>();
  fc.assert(
    fc.property(course, ({ approvers, self, events }) => {
      let change = changeOf("any", { ask: { approvers, self } });
      let now = t0;
      // A vote taken back later does not undo that there was an agreement.
      let agreed = isAgreed(change);
      for (const { make, wait } of events) {
        now += wait;
        const event = make(change);
        const before = change;
        const { change: next, moved, refused } = decide(before, event, now);
        reached.add(next.state);
        if (!moved) expect(next).toBe(before);
        else expect(next.turn).toBe(before.turn + 1);
        if (event.kind !== "news" && !moved) expect(refused?.message.length).toBeGreaterThan(10);
        if (moved && refused !== null) expect(next.state).toBe("expired");
        if (took.includes(next.state)) expect(agreed).toBe(true);
        if (next.state === "approved") expect(isAgreed(next)).toBe(true);
        if (ends.includes(before.state) && next.state !== before.state) {
          expect(event.kind).toBe("news");
          expect(["withdrawn", "expired", "cancelled"]).toContain(before.state);
          expect(agreed).toBe(true);
        }
        if (ends.includes(before.state) && event.kind !== "news") expect(moved).toBe(false);
        expect(next.ended === null).toBe(!ends.includes(next.state));
        agreed ||= isAgreed(next);
        change = next;
      }
      expect(Change.parse(JSON.parse(JSON.stringify(change)))).toEqual(change);
    }),
    { numRuns: 1500 },
  );
  expect([...reached].toSorted()).toEqual(states.toSorted());
});
