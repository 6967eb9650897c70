import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { votesOf } from "../../src/approvals/record.js";
import type { Decided } from "../../src/approvals/step.js";
import { type Approvals, createApprovals } from "../../src/approvals/store.js";
import { quiet, startRedis, type TestRedis } from "../support/redis-server.js";
import { changeOf, keepOf, minute, person, t0, voteOn } from "./changes.js";
import { bot, botKeys, put, twoBots } from "./two-bots.js";

const now = (): number => t0 + 5 * minute;
let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const unavailable = { failure: { code: "queue_unavailable" } };

test("a Redis that dies while people vote loses no vote that was taken, and leaves no half of a change", async () => {
  const { bots, state } = await twoBots(redis, "dies", now);
  const changes = await Promise.all(
    Array.from({ length: 10 }, (_, n) => put(state, bots[0], changeOf(`dies-${n}`, { ask: { approvers: 300 } }))),
  );
  const taken: Decided[] = [];
  const failed: unknown[] = [];
  let votes = 0;
  const vote = async (n: number): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, n / 4));
    const change = changes[n % changes.length] ?? changeOf("none");
    try {
      taken.push(await (bots[n % 2] as Approvals).act(change.id, voteOn(change, person(`p${n}`))));
      if (++votes === 200) await redis.kill();
    } catch (error) {
      failed.push(error);
    }
  };
  await Promise.all(Array.from({ length: 1000 }, (_, n) => vote(n)));
  await redis.start();
  const fresh = await bot(redis, "dies", { which: 1, now });

  expect(taken.length + failed.length).toBe(1000);
  expect(taken.length).toBeGreaterThanOrEqual(200);
  expect(failed.length).toBeGreaterThan(0);
  for (const error of failed) expect(error).toMatchObject(unavailable);
  for (const change of changes) {
    const end = await fresh.get(change.id);
    const acknowledged = taken.filter((one) => one.change.id === change.id);
    expect(end?.turn).toBeGreaterThanOrEqual(Math.max(...acknowledged.map((one) => one.change.turn)));
    // What is stored is one of the turns, whole: a vote, a line of history and a turn for each.
    expect([end?.votes.length, end?.history.length]).toEqual([(end?.turn ?? 0) - 1, Math.min(100, end?.turn ?? 0)]);
    const voters = new Set(votesOf(end ?? change).map(({ voter }) => ("user" in voter ? voter.user : "")));
    for (const one of acknowledged)
      for (const { voter } of votesOf(one.change)) expect(voters).toContain("user" in voter ? voter.user : "");
  }
  expect((await fresh.open(null)).map(({ id }) => id).toSorted()).toEqual(changes.map(({ id }) => id).toSorted());
});

test("a Redis that falls silent is told of in time, and asked again the change tells what became of it", async () => {
  const { bots, state } = await twoBots(redis, "silent", now);
  const change = await put(state, bots[0], changeOf("silent"));
  await bots[0].get(change.id);
  redis.freeze();
  try {
    const calls = [
      () => bots[0].act(change.id, voteOn(change, person("bob"))),
      () => bots[0].get(change.id),
      () => bots[0].open(null),
      () => bots[0].recent(null, 0, 10),
      () => bots[0].due(now()),
    ];
    for (const outcome of await Promise.allSettled(calls.map((call) => call())))
      expect(outcome).toMatchObject({ status: "rejected", reason: unavailable });
  } finally {
    redis.thaw();
  }

  const { moved, refused, change: now1 } = await bots[1].act(change.id, voteOn(change, person("carol")));

  expect(now1.state).toBe("approved");
  expect(moved).toBe(refused === null);
  expect(votesOf(now1)).toHaveLength(1);
});

test("a change that others move all the time is given up on aloud, and nothing of it is stored", async () => {
  const { bots, state } = await twoBots(redis, "busy", now);
  const change = await put(state, bots[0], changeOf("busy"));
  const busy = { ...state, move: () => Promise.resolve(false) };
  const losing = createApprovals({ state: busy, keep: keepOf(botKeys[0].privateKey), now, log: quiet });

  await expect(losing.act(change.id, voteOn(change, person("bob")))).rejects.toMatchObject({
    failure: { code: "queue_unavailable", message: expect.stringContaining("moved by too many at once; nothing was stored") },
  });
  expect(await bots[1].get(change.id)).toMatchObject({ state: "proposed", turn: 1 });
});
