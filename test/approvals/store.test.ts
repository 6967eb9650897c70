import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { whatIsDue } from "../../src/approvals/due.js";
import { type Change, keys } from "../../src/approvals/record.js";
import type { Approvals } from "../../src/approvals/store.js";
import type { RedisLinks } from "../../src/redis/connect.js";
import type { Store } from "../../src/redis/store.js";
import { startRedis, type TestRedis } from "../support/redis-server.js";
import { bob, carol, changeOf, dave, may, minute, newsOf, orderOf, requester, t0, voteOn } from "./changes.js";
import { bot, put, twoBots } from "./two-bots.js";

const clock = { now: t0 };
const now = (): number => clock.now;

let redis: TestRedis;
let prefix: string;
let state: Store;
let links: RedisLinks;
let bots: readonly [Approvals, Approvals];
let run = 0;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  clock.now = t0 + 5 * minute;
  prefix = `run${++run}`;
  links = await redis.links(prefix);
  ({ bots, state } = await twoBots(redis, prefix, now));
});

const ids = (changes: readonly Change[]): string[] => changes.map(({ id }) => id);
const made = (job: string, more: Parameters<typeof changeOf>[1] = {}): Promise<Change> => put(state, bots[0], changeOf(job, more));

test("what one bot stored the other one knows, moves and gives back as it is now", async () => {
  const change = await made("a");

  const { moved, refused } = await bots[1].act(change.id, voteOn(change, bob));

  expect({ moved, refused }).toEqual({ moved: true, refused: null });
  expect(await bots[0].get(change.id)).toMatchObject({
    state: "approved",
    turn: 2,
    history: [{ what: "proposed" }, { what: "approved", name: "bob" }],
  });
  expect(await bots[1].act(change.id, voteOn(change, carol))).toMatchObject({
    moved: false,
    refused: { code: "conflict", message: `${change.id}: already approved by bob at 14:55:00 UTC` },
  });
});

test("nobody knows a change that was never stored", async () => {
  const change = changeOf("a");

  expect(await bots[0].get(change.id)).toBeNull();
  await expect(bots[0].act(change.id, voteOn(change, bob))).rejects.toMatchObject({ failure: { code: "not_found" } });
});

test("open changes are listed oldest first, recent ones newest first, of one cluster or of all", async () => {
  const first = await made("a");
  const second = await made("b", { cluster: "eu2", made: t0 + 1 });
  const third = await made("c", { made: t0 + 2 });

  await bots[1].act(first.id, { kind: "withdraw", actor: requester, mayVote: may, reason: null });

  expect(ids(await bots[0].open(null))).toEqual([second.id, third.id]);
  expect(ids(await bots[0].open("eu1"))).toEqual([third.id]);
  expect(ids(await bots[1].recent(null, 0, 10))).toEqual([third.id, second.id, first.id]);
  expect(ids(await bots[1].recent(null, 0, 2))).toEqual([third.id, second.id]);
  expect(ids(await bots[1].recent("eu1", t0 + 1, 10))).toEqual([third.id]);
});

test("a change is known for 30 days after its end, and until then as long as it may take", async () => {
  const days = async (id: string): Promise<number> => (await links.producer.pttl(`${prefix}:changes:${keys.change(id)}`)) / 86_400_000;
  const ended = await made("a");
  await bots[0].act(ended.id, { kind: "withdraw", actor: requester, mayVote: may, reason: null });
  const blocked = await made("b", { ask: { approvers: 0 } });
  await bots[0].act(blocked.id, newsOf(blocked, "applied", { ends: t0 + 7 * 24 * 60 * minute }));

  expect(await days(ended.id)).toBeCloseTo(30, 1);
  expect(await days(blocked.id)).toBeCloseTo(37, 1);
});

describe("what is due", () => {
  test("a reminder, then the end: each given to one bot, and again when it did nothing about it", async () => {
    const change = await made("a");
    const due = async (at: number): Promise<string[]> => {
      clock.now = at;
      return (await Promise.all(bots.map((one) => one.due(at)))).flat();
    };

    expect(await due(t0 + 19 * minute)).toEqual([]);
    expect(await due(t0 + 20 * minute)).toEqual([change.id]);
    expect(await due(t0 + 20 * minute + 7000)).toEqual([]);
    expect(await due(t0 + 20 * minute + 8000)).toEqual([change.id]);
    expect(whatIsDue(change, clock.now)).toBe("remind");
    await bots[0].act(change.id, { kind: "remind" });
    expect(await due(t0 + 29 * minute)).toEqual([]);
    expect(await due(t0 + 30 * minute)).toEqual([change.id]);
    await bots[1].act(change.id, { kind: "expire" });
    expect(await bots[0].get(change.id)).toMatchObject({ state: "expired", ended: t0 + 30 * minute });
    expect(await due(t0 + 40 * minute)).toEqual([]);
  });

  test("what was approved and whose bot died before it was sent", async () => {
    const change = await made("a");
    const { change: approved } = await bots[0].act(change.id, voteOn(change, bob));

    expect(await bots[1].due(clock.now + 4999)).toEqual([]);
    expect(await bots[1].due(clock.now + 5000)).toEqual([change.id]);
    expect(whatIsDue(approved, clock.now + 5000)).toBe("submit");
    await bots[1].act(change.id, { kind: "submitted" });
    expect(await bots[1].due(clock.now + 60_000)).toEqual([]);
  });

  test("nothing of a change that is gone, and of an applied one nothing either", async () => {
    const gone = await made("a");
    const applied = await made("b", { ask: { approvers: 0 } });
    await bots[0].act(applied.id, newsOf(applied, "applied", { ends: t0 + 20 * minute }));
    await state.move([], [{ drop: keys.change(gone.id) }]);

    expect(await bots[0].due(t0 + 60 * minute)).toEqual([]);
    expect(await state.since(keys.due, 0)).toEqual(["-"]);
  });

  test("an index that was lost comes back with the next thing that happens, and one that is idle is kept alive", async () => {
    const change = await made("a");
    await state.move([], [{ drop: keys.open }, { drop: keys.all }, { drop: keys.due }]);
    await bots[0].act(change.id, { kind: "mention" });

    expect(ids(await bots[1].open(null))).toEqual([change.id]);
    expect(ids(await bots[1].recent(null, 0, 10))).toEqual([change.id]);
    expect(await bots[1].due(t0 + 20 * minute)).toEqual([change.id]);
    for (const key of [keys.open, keys.all, keys.due]) {
      await links.producer.pexpire(`${prefix}:changes:${key}`, 5000);
      await bots[0].due(clock.now);
      expect(await links.producer.pttl(`${prefix}:changes:${key}`)).toBeGreaterThan(86_000_000);
    }
  });

  test("what is older than 30 days leaves the list of all", async () => {
    const change = await made("a", { ask: { approvers: 0 } });
    await bots[0].act(change.id, newsOf(change, "failed"));

    await bots[0].due(t0 + 29 * 86_400_000);
    expect(ids(await bots[0].recent(null, 0, 10))).toEqual([change.id]);
    await bots[0].due(t0 + 31 * 86_400_000);
    expect(await state.since(keys.all, 0)).toEqual(["-"]);
  });
});

describe("orders and news through Redis", () => {
  test("a change goes its whole way, each step at whichever bot", async () => {
    const change = await made("a", { ask: { approvers: 2 } });
    const steps = [
      voteOn(change, bob),
      voteOn(change, dave),
      { kind: "submitted" as const },
      newsOf(change, "running", { seq: 1 }),
      newsOf(change, "applied", { seq: 2, ends: t0 + 20 * minute }),
      orderOf(change, "keep", carol),
      newsOf(change, "kept", { seq: 3, note: "carol wanted it kept" }),
    ];
    const states: string[] = [];
    for (const [index, step] of steps.entries()) states.push((await (bots[index % 2] as Approvals).act(change.id, step)).change.state);

    expect(states).toEqual(["proposed", "approved", "approved", "running", "applied", "keep_requested", "kept"]);
    expect(await bots[0].act(change.id, orderOf(change, "revert", bob))).toMatchObject({
      refused: {
        code: "conflict",
        message: `${change.id}: already kept at 15:00:00 UTC (carol wanted it kept); keep requested by carol at 14:55:00 UTC`,
        hint: `\`rollback ${change.id}\` plans how to undo it`,
      },
    });
    expect(await (await bot(redis, prefix, { which: 1, now })).get(change.id)).toMatchObject({ state: "kept", turn: 8 });
  });
});
