import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { ChangeEvent } from "../../src/approvals/event.js";
import { type Change, planOf, votesOf } from "../../src/approvals/record.js";
import type { Decided } from "../../src/approvals/step.js";
import type { Approvals } from "../../src/approvals/store.js";
import { transitions } from "../../src/approvals/transitions.js";
import { type Actor, actorId } from "../../src/contract/actor.js";
import { startRedis, type TestRedis } from "../support/redis-server.js";
import { changeOf, may, mayNot, minute, orderOf, person, requester, t0, voteOn } from "./changes.js";
import { changeIn } from "./states.js";
import { put, twoBots } from "./two-bots.js";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const people: readonly Actor[] = ["bob", "carol", "dave", "erin", "frank", "grace", "heidi"].map(person);
const newcomer = person("mallory");

/** The same numbers in every run for one seed (mulberry32), 0 to 1. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Click {
  change: Change;
  actor: Actor;
  event: ChangeEvent;
  /** The card that was clicked showed another plan. */
  stale: boolean;
}

/** One click of somebody at some button: mostly approvals, so that there is something to reject and to race for. */
function click(change: Change, roll: () => number): Click {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(roll() * all.length)] as T;
  const actor = roll() < 0.1 ? requester : roll() < 0.05 ? newcomer : pick(people);
  const mayVote = actor === newcomer ? mayNot : may;
  const stale = roll() < 0.1;
  const old = stale ? { digest: "0".repeat(64) } : {};
  const which = roll();
  const event = ((): ChangeEvent => {
    if (which < 0.55) return voteOn(change, actor, { mayVote, ...old });
    if (which < 0.6) return voteOn(change, actor, { verdict: "reject", reason: `no, says ${actorId(actor)}`, mayVote, ...old });
    if (which < 0.65) return { kind: "withdraw", actor, mayVote, reason: null };
    if (which < 0.85) return orderOf(change, "keep", actor);
    return orderOf(change, which < 0.95 ? "extend" : "revert", actor);
  })();
  return { change, actor, event, stale: stale && event.kind === "vote" };
}

/** Changes that need one to three votes, and some that are applied already. */
const setOut = (): Change[] => [
  ...Array.from({ length: 21 }, (_, n) => changeOf(`storm-${n}`, { ask: { approvers: 1 + (n % 3) } })),
  ...Array.from({ length: 4 }, (_, n) => appliedChange(n)),
];

function appliedChange(n: number): Change {
  const change = changeIn("applied");
  const plan = { ...planOf(change), id: `c-appli${"abcd"[n]}z` };
  return { ...change, id: plan.id, signed: { ...change.signed, payload: JSON.stringify(plan) } };
}

interface Result extends Click {
  bot: number;
  decided: Decided;
}

/** Clicks at both bots in turn, all of them within some ms. */
async function storm(bots: readonly Approvals[], clicks: readonly (Click & { wait: number })[]): Promise<Result[]> {
  const decide = async (one: Click & { wait: number }, index: number): Promise<Result> => {
    await new Promise((resolve) => setTimeout(resolve, one.wait));
    const bot = index % bots.length;
    return { ...one, bot, decided: await (bots[bot] as Approvals).act(one.change.id, one.event) };
  };
  return Promise.all(clicks.map(decide));
}

test.each([
  { seed: 1, within: 0 },
  { seed: 2, within: 50 },
  { seed: 3, within: 300 },
])("of 1,000 clicks within $within ms over two bots each moves its change once or is told who won", async ({ seed, within }) => {
  const roll = dice(seed);
  const { bots, state } = await twoBots(redis, `storm${seed}`, () => t0 + 10 * minute);
  const changes = setOut();
  for (const change of changes) await put(state, bots[0], change);

  const clicks = Array.from({ length: 1000 }, () => {
    const change = changes[Math.floor(roll() * changes.length)] as Change;
    return { ...click(change, roll), wait: roll() * within };
  });
  const results = await storm(bots, clicks);

  expect(results).toHaveLength(1000);
  for (const change of changes) {
    const mine = results.filter((one) => one.change === change);
    const [first, second] = await Promise.all(bots.map((bot) => bot.get(change.id)));
    expect(first).toEqual(second);
    settled(change, mine, first as Change);
  }
  const movers = results.filter(({ decided }) => decided.moved);
  expect(new Set(movers.map(({ bot }) => bot)).size).toBe(2);
  expect(movers.length).toBeGreaterThan(50);
});

/** What must be true of one change after everybody clicked at it. */
function settled(start: Change, results: readonly Result[], end: Change): void {
  const winners = results.filter(({ decided }) => decided.moved).toSorted((a, b) => a.decided.change.turn - b.decided.change.turn);
  const course = [start, ...winners.map(({ decided }) => decided.change)];
  // Every click that moved something had a turn of its own, none is missing, and the last one is what is stored.
  expect(course.map(({ turn }) => turn)).toEqual(course.map((_, index) => start.turn + index));
  expect(end).toEqual(course.at(-1));
  course.slice(1).forEach((next, index) => follows(course[index] as Change, next));
  for (const { decided, actor, event, stale } of results) {
    expect(decided.moved).toBe(decided.refused === null);
    if (stale || (actor === newcomer && event.kind !== "order")) expect(decided.moved).toBe(false);
    if (actor === requester && event.kind === "vote") expect(decided.moved).toBe(false);
    if (!decided.moved) told(decided, { course, actor });
  }
  noVoteLost(winners, end);
}

/** One step is one of the table, and its history goes on where the one before ended. */
function follows(before: Change, next: Change): void {
  if (next.state !== before.state) expect(transitions[before.state]).toContain(next.state);
  expect(next.history.slice(0, before.history.length)).toEqual(before.history);
  expect(next.history.length - before.history.length).toBeLessThanOrEqual(1);
}

/** Whoever lost the race hears where the change stood at that turn, and by whom and when. */
function told({ change, refused }: Decided, { course, actor }: { course: readonly Change[]; actor: Actor }): void {
  expect(course).toContainEqual(change);
  const message = refused?.message ?? "";
  if (actor === newcomer && refused?.code === "denied") return;
  expect(message).toContain(change.id);
  if (refused?.code !== "conflict") return expect(["denied", "approval_stale"]).toContain(refused?.code);
  if (change.state === "proposed") return expect(message).toMatch(/it waits for [1-3] more approvals? until 15:20:00 UTC/);
  const into = change.history.findLast(({ what }) => what === (change.state === "keep_requested" ? "keep requested" : change.state));
  if (into?.name) expect(message).toContain(` by ${into.name} at `);
  expect(message).toMatch(/at \d\d:\d\d:\d\d UTC/);
}

/** Each person's last vote that was taken is there, and no other. */
function noVoteLost(winners: readonly Result[], end: Change): void {
  const last = new Map<string, string>();
  for (const { event } of winners) if (event.kind === "vote") last.set(actorId(event.vote.voter), event.envelope.sig);
  const before = votesOf(end).map(({ voter }) => actorId(voter));
  expect(new Set(before).size).toBe(before.length);
  const taken = end.state === "applied" || end.state === "keep_requested" ? end.votes.slice(1) : end.votes;
  expect(taken.map(({ sig }) => sig).toSorted()).toEqual([...last.values()].toSorted());
  const wishes = winners.flatMap(({ event }) => (event.kind === "order" ? [event.order.want] : []));
  const strongest = (["revert", "keep", "extend"] as const).find((want) => wishes.includes(want));
  expect(end.wantedKeep?.want).toBe(strongest);
}
