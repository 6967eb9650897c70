import { describe, expect, test } from "@jest/globals";
import type { ChangeEvent } from "../../src/approvals/event.js";
import { decide } from "../../src/approvals/machine.js";
import { type Change, votesOf } from "../../src/approvals/record.js";
import { bob, carol, changeOf, dave, emergencyOf, may, minute, newsOf, orderOf, requester, t0, voteOn } from "./changes.js";
import { heard, matrix } from "./matrix.js";

const at = (minutes: number, seconds = 0): number => t0 + minutes * minute + seconds * 1000;

/** Lets events happen one a minute, beginning a minute after the plan was made. */
function after(change: Change, ...steps: ((change: Change) => ChangeEvent)[]): Change {
  return steps.reduce((now, step, index) => {
    const { change: next, refused } = decide(now, step(now), at(index + 1));
    expect(refused).toBeNull();
    return next;
  }, change);
}

const refusal = (change: Change, event: ChangeEvent, now: number): [string | undefined, string | undefined] => {
  const { refused } = decide(change, event, now);
  return [refused?.code, refused?.message.replace(`${change.id}: `, "")];
};

test("every event in every state", () => {
  expect(`\n${matrix()}\n`).toBe(`
                   prop      appr      runn appl           keep kept reve reve reje with expi stal canc part fail unce
approve            approved  c         c    c              c    c    c    c    c    c    x    s    c    c    c    c
reject             rejected  cancelled c    c              c    c    c    c    c    c    x    s    c    c    c    c
approve own        d         c         c    c              c    c    c    c    c    c    x    s    c    c    c    c
reject own         d         d         c    c              c    c    c    c    c    c    x    s    c    c    c    c
approve older      s         c         c    c              c    c    c    c    c    c    x    s    c    c    c    c
approve, no right  d         d         d    d              d    d    d    d    d    d    d    d    d    d    d    d
approve at 31      expiredx  expiredx  c    c              c    c    c    c    c    c    x    s    c    c    c    c
withdraw           withdrawn withdrawn c    c              c    c    c    c    c    c    x    s    c    c    c    c
withdraw, no right d         d         d    d              d    d    d    d    d    d    d    d    d    d    d    d
withdraw at 31     expiredx  expiredx  c    c              c    c    c    c    c    c    x    s    c    c    c    c
emergency          approved  c         c    c              c    c    c    c    c    c    x    s    c    c    c    c
emergency at 31    expiredx  expiredx  c    c              c    c    c    c    c    c    x    s    c    c    c    c
submitted          c         =         c    c              c    c    c    c    c    c    x    s    c    c    c    c
submitted at 31    expiredx  expiredx  c    c              c    c    c    c    c    c    x    s    c    c    c    c
cancel             c         cancelled c    c              c    c    c    c    c    c    x    s    c    c    c    c
keep               c         c         c    keep_requested =    c    c    c    c    c    x    s    c    c    c    c
revert             c         c         c    =              =    c    c    c    c    c    x    s    c    c    c    c
extend             c         c         c    =              c    c    c    c    c    c    x    s    c    c    c    c
mention            =         c         c    c              c    c    c    c    c    c    x    s    c    c    c    c
remind at 25       =         c         c    c              c    c    c    c    c    c    x    s    c    c    c    c
remind             c         c         c    c              c    c    c    c    c    c    x    s    c    c    c    c
expire at 31       expired   expired   c    c              c    c    c    c    c    c    x    s    c    c    c    c
expire             c         c         c    c              c    c    c    c    c    c    x    s    c    c    c    c
news of before     =         =         .    .              .    .    .    .    =    =    .    .    =    .    .    .
news of another    s         s         s    s              s    s    s    s    s    s    s    s    s    s    s    s
`);
});

test("what a worker's word brings about in every state", () => {
  expect(`\n${heard()}\n`).toBe(`
                prop appr runn appl keep kept reve reve reje with expi stal canc part fail unce
proposed        =    -    -    -    -    -    -    -    -    -    +    +    -    -    -    -
approved        -    =    +    +    +    +    +    +    -    +    +    +    +    +    +    +
running         -    -    =    +    +    +    +    +    -    -    -    +    -    +    +    +
applied         -    -    -    =    +    +    +    +    -    -    -    -    -    -    -    -
keep_requested  -    -    -    =    =    +    +    +    -    -    -    -    -    -    -    -
kept            -    -    -    -    -    =    -    -    -    -    -    -    -    -    -    -
reverted        -    -    -    -    -    -    =    -    -    -    -    -    -    -    -    -
revert_conflict -    -    -    -    -    -    -    =    -    -    -    -    -    -    -    -
rejected        -    -    -    -    -    -    -    -    =    -    -    -    -    -    -    -
withdrawn       -    -    -    -    -    -    -    -    -    =    -    -    -    -    -    -
expired         -    -    -    -    -    -    -    -    -    -    =    -    -    -    -    -
stale           -    -    -    -    -    -    -    -    -    -    -    =    -    -    -    -
cancelled       -    -    +    +    +    +    +    +    -    -    -    +    =    +    +    +
partly          -    -    -    -    -    -    -    -    -    -    -    -    -    =    -    -
failed          -    -    -    -    -    -    -    -    -    -    -    -    -    -    =    -
uncertain       -    -    -    +    +    +    +    +    -    -    -    -    -    +    +    =
`);
});

describe("votes", () => {
  test("the last of the persons it needs approves it, and a person who votes again is one person", () => {
    const change = after(
      changeOf("a", { ask: { approvers: 2 } }),
      (now) => voteOn(now, bob, { reason: "checked" }),
      (now) => voteOn(now, bob),
    );

    expect(change).toMatchObject({ state: "proposed", turn: 3 });
    expect(votesOf(change).map(({ reason }) => reason)).toEqual([null]);
    expect(change.history.map(({ what, note }) => [what, note])).toEqual([
      ["proposed", null],
      ["approved", "checked"],
    ]);
    expect(after(change, (now) => voteOn(now, carol)).state).toBe("approved");
  });

  test("nobody approves his own change, unless its rules allow that; then the history says so", () => {
    const strict = changeOf("a");
    const lax = changeOf("b", { ask: { self: true } });

    expect(refusal(strict, voteOn(strict, requester), at(1))).toEqual([
      "denied",
      `${strict.id} was asked for by you: somebody else has to decide about it`,
    ]);
    expect(after(lax, (now) => voteOn(now, requester))).toMatchObject({
      state: "approved",
      history: [{ what: "proposed" }, { what: "self-approved", name: "alice" }],
    });
  });

  test("a rejection ends it with its reason, also when it has votes, and an approval not yet taken", () => {
    const no = { verdict: "reject", reason: "cuts the mail relay" } as const;
    const voted = after(changeOf("a", { ask: { approvers: 2 } }), (now) => voteOn(now, bob));

    expect(after(voted, (now) => voteOn(now, bob, no))).toMatchObject({ state: "rejected", ended: at(1) });
    const cancelled = after(
      voted,
      (now) => voteOn(now, carol),
      (now) => voteOn(now, dave, no),
    );
    expect(cancelled.state).toBe("cancelled");
    expect(votesOf(cancelled).map(({ verdict }) => verdict)).toEqual(["approve", "approve", "reject"]);
    expect(refusal(cancelled, voteOn(cancelled, bob), at(9))).toEqual([
      "conflict",
      "already cancelled by dave at 14:52:00 UTC (cuts the mail relay)",
    ]);
  });

  test("a vote for another plan does not count, nor one for another change", () => {
    const change = changeOf("a");
    const other = changeOf("b");
    const newer = changeOf("a", { revision: 2 });

    expect(refusal(newer, voteOn(change, bob), at(1))[0]).toBe("approval_stale");
    expect(refusal(newer, voteOn(change, bob), at(1))[1]).toContain("another plan (revision 1); this is revision 2");
    expect(refusal(change, voteOn(other, bob), at(1))).toEqual(["approval_stale", `that was said of ${other.id}, not of ${change.id}`]);
  });

  test("a change whose rules ask for nobody is approved when it is made, and one that is forbidden is approved by nobody", () => {
    const guards = [{ severity: "blocking" as const, text: "ossg.default is Neutron's" }];
    const forbidden = changeOf("b", { guards, ask: { approvers: 0 } });

    expect(changeOf("a", { ask: { approvers: 0 } })).toMatchObject({ state: "approved", history: [{}, { what: "approved by the rules" }] });
    expect(forbidden.state).toBe("proposed");
    for (const event of [voteOn(forbidden, bob), emergencyOf(forbidden, bob)])
      expect(refusal(forbidden, event, at(1))).toEqual([
        "denied",
        `${forbidden.id} may not run, whoever approves it: ossg.default is Neutron's`,
      ]);
  });

  test("an emergency approves it without votes, by whoever declared it and why", () => {
    const change = after(changeOf("a", { ask: { approvers: 2 } }), (now) => emergencyOf(now, requester));

    expect(change).toMatchObject({ state: "approved", emergency: { kind: "vote" } });
    expect(refusal(change, voteOn(change, bob), at(2))[1]).toBe(
      "already approved in an emergency by alice at 14:51:00 UTC (incident 4821)",
    );
  });
});

describe("time", () => {
  test("what has run out ends at the click, and the click is told", () => {
    const change = changeOf("a");

    const { change: next, moved, refused } = decide(change, voteOn(change, bob), at(30));

    expect(moved).toBe(true);
    expect(next).toMatchObject({ state: "expired", ended: at(30), votes: [], turn: 2 });
    expect(refused).toEqual({
      code: "expired",
      message: `${change.id}: expired at 15:20:00 UTC`,
      hint: "plan it again if it is still wanted",
    });
    expect(decide(change, voteOn(change, bob), at(29, 59)).change.state).toBe("approved");
  });

  test("what was sent to the worker has half a minute more to be heard of", () => {
    const sent = after(
      changeOf("a"),
      (now) => voteOn(now, bob),
      () => ({ kind: "submitted" }),
    );

    expect(decide(sent, { kind: "expire" }, at(30, 29)).moved).toBe(false);
    expect(decide(sent, { kind: "expire" }, at(30, 30)).change).toMatchObject({
      state: "expired",
      history: [{}, {}, {}, { note: "it was approved, and no worker took it in time" }],
    });
  });

  test("approvers are mentioned once, and reminded once, at two thirds of the plan's life", () => {
    const change = after(changeOf("a"), () => ({ kind: "mention" }));

    expect(refusal(change, { kind: "mention" }, at(2))).toEqual([
      "conflict",
      "the approvers were mentioned at 14:51:00 UTC; that is done once",
    ]);
    expect(decide(change, { kind: "remind" }, at(19, 59)).moved).toBe(false);
    const reminded = decide(change, { kind: "remind" }, at(20)).change;
    expect(reminded.told).toEqual({ mentioned: at(1), reminded: at(20) });
    expect(refusal(reminded, { kind: "remind" }, at(21))[1]).toBe("the approvers were reminded at 15:10:00 UTC; that is done once");
  });
});

describe("the worker's word", () => {
  const approved = (): Change => after(changeOf("a"), (now) => voteOn(now, bob));

  test("counts by its number: an older one and the same again change nothing", () => {
    const applied = after(approved(), (now) => newsOf(now, "applied", { seq: 4, ends: at(20) }));

    for (const seq of [3, 4])
      expect(decide(applied, newsOf(applied, "failed", { seq }), at(5))).toEqual({ change: applied, moved: false, refused: null });
    expect(applied.history.at(-1)).toEqual({ at: at(10), what: "applied", who: "worker:w1", name: null, note: null });
  });

  test("that it was put back counts while somebody wants it kept, and that it is applied is no answer to him", () => {
    const asked = after(
      approved(),
      (now) => newsOf(now, "applied", { ends: at(20) }),
      (now) => orderOf(now, "keep", carol),
    );

    const still = after(asked, (now) => newsOf(now, "applied", { ends: at(20) }));
    expect(still).toMatchObject({ state: "keep_requested", news: { seq: 2 }, wantedKeep: { want: "keep" } });
    expect(refusal(still, voteOn(still, dave), at(5))[1]).toBe(
      "already asked to be kept by carol at 14:52:00 UTC; it is put back at 15:10:00 UTC unless it is kept",
    );
    expect(after(still, (now) => newsOf(now, "reverted"))).toMatchObject({ state: "reverted", wantedKeep: null, ended: at(1) });
  });

  test("that it took the change after all counts against an end that a bot had written down, but not without an agreement", () => {
    const cancelled = after(approved(), () => ({ kind: "cancel", actor: carol, reason: null }));
    const withdrawn = after(changeOf("b"), () => ({ kind: "withdraw", actor: requester, mayVote: may, reason: null }));

    const regretted = after(approved(), (now) => voteOn(now, bob, { verdict: "reject" }));

    expect(regretted.state).toBe("cancelled");
    for (const ended of [cancelled, regretted])
      expect(after(ended, (now) => newsOf(now, "running"))).toMatchObject({ state: "running", ended: null });
    expect(refusal(withdrawn, newsOf(withdrawn, "running"), at(3))[0]).toBe("conflict");
    expect(refusal(changeOf("c"), newsOf(changeOf("c"), "running"), at(3))[1]).toContain("worker w1 says that");
  });
});

describe("what is wanted of an applied change", () => {
  const applied = (): Change =>
    after(
      changeOf("a"),
      (now) => voteOn(now, bob),
      (now) => newsOf(now, "applied", { ends: at(20) }),
    );

  test("is asked of the worker once, until it has not answered for a minute", () => {
    const asked = after(applied(), (now) => orderOf(now, "keep", carol));

    expect(asked).toMatchObject({ state: "keep_requested", wantedKeep: { want: "keep" } });
    expect(decide(asked, orderOf(asked, "keep", dave), at(1, 59)).moved).toBe(false);
    expect(decide(asked, orderOf(asked, "keep", dave), at(2)).change.wantedKeep).toMatchObject({ actor: dave });
  });

  test("putting back wins over keeping, and keeping over more time, never the other way round", () => {
    const more = after(applied(), (now) => orderOf(now, "extend", bob));
    const keep = after(more, (now) => orderOf(now, "keep", carol));
    const back = after(keep, (now) => orderOf(now, "revert", dave));

    expect([more, keep, back].map(({ wantedKeep }) => wantedKeep?.want)).toEqual(["extend", "keep", "revert"]);
    expect(decide(back, orderOf(back, "keep", bob), at(9)).moved).toBe(false);
    expect(refusal(back, orderOf(back, "keep", bob), at(9))[1]).toContain("; revert requested by dave at 14:51:00 UTC");
    expect(decide(keep, orderOf(keep, "extend", bob), at(9)).moved).toBe(false);
  });

  test("more time is given when the worker moves its end", () => {
    const more = after(applied(), (now) => orderOf(now, "extend", bob));

    expect(after(more, (now) => newsOf(now, "applied", { ends: at(20) })).wantedKeep).toMatchObject({ want: "extend" });
    expect(after(more, (now) => newsOf(now, "applied", { ends: at(30) })).wantedKeep).toBeNull();
  });
});

test("a history of many steps keeps its beginning and stays bounded", () => {
  let change = after(
    changeOf("a"),
    (now) => voteOn(now, bob),
    (now) => newsOf(now, "applied", { ends: at(20) }),
  );
  for (let n = 0; n < 300; n++) change = decide(change, orderOf(change, "extend", bob), at(n + 10)).change;

  expect(change.history).toHaveLength(100);
  expect(change.history.slice(0, 3).map(({ what }) => what)).toEqual(["proposed", "approved", "applied"]);
  expect(change.history.at(-1)?.at).toBe(at(309));
  expect(change.turn).toBe(303);
});
