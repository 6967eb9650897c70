import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { RedisLinks } from "../../src/redis/connect.js";
import { startRedis, type TestRedis } from "../support/redis-server.js";

let redis: TestRedis;
let links: RedisLinks;

beforeAll(async () => {
  redis = await startRedis();
  links = await redis.links();
});
afterAll(() => redis.stop());

/** How many writes reach the socket while something is done. */
async function writesOf(work: () => Promise<unknown>): Promise<number> {
  const { stream } = links.producer;
  const spies = (["_write", "_writev"] as const).map((name) => jest.spyOn(stream, name));
  await work();
  const writes = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  for (const spy of spies) spy.mockRestore();
  return writes;
}

describe("commands of one turn of the event loop", () => {
  test("go out in one write, in their order, and each gets its own answer", async () => {
    const { producer } = links;
    let answers: unknown[] = [];

    const writes = await writesOf(async () => {
      const asked = [producer.set("a", "1"), producer.append("a", "2"), producer.get("a"), producer.call("nonsense"), producer.get("none")];
      answers = (await Promise.allSettled(asked)).map((one) => (one.status === "fulfilled" ? one.value : "refused"));
    });

    expect(answers).toEqual(["OK", 2, "12", "refused", null]);
    expect(writes).toBe(1);
  });

  test("are not kept for the next", async () => {
    const { producer } = links;

    const writes = await writesOf(async () => {
      await producer.ping();
      await producer.ping();
    });

    expect(writes).toBe(2);
  });
});
