import { describe, expect, test } from "@jest/globals";
import { webApi } from "@slack/bolt";
import { createLanes, type Lanes } from "../../src/slack/lanes.js";

/** Lanes on a clock that moves only by sleeping. */
function onClock(): { lanes: Lanes; now: () => number; pass(ms: number): void } {
  let now = 1_000_000;
  const sleep = (ms: number): Promise<void> => {
    now += ms;
    return Promise.resolve();
  };
  return {
    lanes: createLanes({ every: 1000, burst: 3, patience: 10_000, clock: () => now, sleep }),
    now: () => now,
    pass: (ms) => void (now += ms),
  };
}

/** A call that Slack takes at the second try, after so many seconds. */
function once(seconds: number): () => Promise<void> {
  let tries = seconds === 0 ? 1 : 0;
  return () => (tries++ === 0 ? Promise.reject(limited(seconds)) : Promise.resolve());
}
const limited = (seconds: number): Error => new webApi.WebAPIRateLimitedError(seconds);

describe("a lane", () => {
  test("lets a short burst through, then one call a second, in order", async () => {
    const { lanes, now } = onClock();
    const start = now();
    const seen: [number, number][] = [];
    await Promise.all([0, 1, 2, 3, 4].map((n) => lanes.run("C1", async () => void seen.push([n, now() - start]))));
    expect(seen).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 1000],
      [4, 2000],
    ]);
  });

  test("does not hold up another channel", async () => {
    const { lanes } = onClock();
    let release = (): void => {};
    const stuck = lanes.run("C1", () => new Promise<void>((resolve) => (release = resolve)));
    await expect(lanes.run("C2", () => Promise.resolve("through"))).resolves.toBe("through");
    release();
    await stuck;
  });

  test("waits as long as Slack says and makes the call again", async () => {
    const { lanes, now } = onClock();
    const start = now();
    let tries = 0;
    const answer = await lanes.run("C1", () => (++tries === 1 ? Promise.reject(limited(4)) : Promise.resolve(now() - start)));
    expect([tries, answer]).toEqual([2, 4000]);
  });

  test("begins none of several calls later than all of them together may", async () => {
    const { lanes, now } = onClock();
    const start = now();
    const hurried = lanes.within(4000);
    for (const silence of [3, 0]) await hurried.run("C1", once(silence));
    expect(now() - start).toBe(3000);
    await expect(hurried.run("C1", once(2))).rejects.toThrow();
    await expect(hurried.run("C1", once(0))).rejects.toMatchObject({ failure: { code: "busy" } });
  });

  test("gives up when Slack wants it to wait longer than the caller does, and is silent that long", async () => {
    const { lanes, pass } = onClock();
    const error = limited(30);
    await expect(lanes.run("C1", () => Promise.reject(error))).rejects.toBe(error);
    let called = false;
    const call = (): Promise<void> => Promise.resolve(void (called = true));
    await expect(lanes.run("C1", call)).rejects.toMatchObject({ failure: { code: "busy" } });
    expect(called).toBe(false);
    pass(30_000);
    await lanes.run("C1", call);
    expect(called).toBe(true);
  });

  test("does not repeat a call that may have arrived, and repeats one that did not", async () => {
    const { lanes } = onClock();
    let tries = 0;
    const lost = new webApi.WebAPIRequestError(new Error("the operation timed out"));
    await expect(lanes.run("C1", () => Promise.reject(++tries && lost))).rejects.toBe(lost);
    expect(tries).toBe(1);
    const refused = new webApi.WebAPIRequestError(new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } }));
    tries = 0;
    await lanes.run("C1", () => (++tries < 3 ? Promise.reject(refused) : Promise.resolve()));
    expect(tries).toBe(3);
  });

  test("goes on after a call that failed", async () => {
    const { lanes } = onClock();
    const first = lanes.run("C1", () => Promise.reject(new Error("no")));
    const second = lanes.run("C1", () => Promise.resolve("yes"));
    await expect(first).rejects.toThrow("no");
    await expect(second).resolves.toBe("yes");
  });
});
