import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createStore, type Store } from "../../src/redis/store.js";
import { startRedis, type TestRedis } from "../support/redis-server.js";

let redis: TestRedis;
let store: Store;

beforeAll(async () => {
  redis = await startRedis();
  store = createStore(await redis.links(), "room");
});
afterAll(() => redis.stop());

describe("the store", () => {
  test("puts a new value once, and it ends after its time", async () => {
    expect(await store.putNew("a", "1", 60)).toBe(true);
    expect(await store.putNew("a", "2", 60)).toBe(false);
    expect(await store.get("a")).toBe("1");

    await new Promise((resolve) => setTimeout(resolve, 90));

    expect(await store.get("a")).toBeNull();
  });

  test("keeps rooms apart", async () => {
    await store.put("apart", "here", 5000);

    expect(await createStore(await redis.links(), "other").get("apart")).toBeNull();
    expect(await createStore(await redis.links("otherprefix"), "room").get("apart")).toBeNull();
  });

  test("moves when every condition holds, else writes nothing at all", async () => {
    await store.put("state", "open", 5000);

    const wrong = await store.move(
      [
        { key: "state", is: "open" },
        { key: "state", absent: true },
      ],
      [
        { set: "state", value: "taken", ttl: 5000 },
        { set: "by", value: "x", ttl: 5000 },
      ],
    );
    expect(wrong).toBe(false);
    expect(await store.getAll(["state", "by"])).toEqual(["open", null]);

    const right = await store.move(
      [
        { key: "state", is: "open" },
        { key: "by", absent: true },
        { key: "state", present: true },
      ],
      [{ set: "by", value: 'a "b" → c', ttl: 5000 }, { drop: "state" }],
    );
    expect(right).toBe(true);
    expect(await store.getAll(["state", "by"])).toEqual([null, 'a "b" → c']);
  });

  test("lets exactly one of many racing moves win", async () => {
    const others = await Promise.all([1, 2, 3, 4].map(async () => createStore(await redis.links(), "room")));
    const tries = others.flatMap((other, n) =>
      [0, 1, 2, 3, 4].map((k) => other.move([{ key: "prize", absent: true }], [{ set: "prize", value: `${n}-${k}`, ttl: 5000 }])),
    );

    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
  });

  test("hands out what is due to one taker at a time, and again after its time", async () => {
    for (const [member, at] of [
      ["late", 100],
      ["later", 200],
      ["future", 900],
    ] as const)
      await store.move([], [{ rank: "due", member, at }]);

    const both = await Promise.all([1, 2].map(() => store.take("due", { now: 500, until: 700, limit: 10 })));

    expect(both.flat().toSorted()).toEqual(["late", "later"]);
    await store.move([], [{ unrank: "due", member: "late" }]);
    expect(await store.take("due", { now: 800, until: 999, limit: 10 })).toEqual(["later"]);
    expect(await store.since("due", 850)).toEqual(["future", "later"]);
  });
});
