import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { scriptOn } from "../../src/redis/script.js";
import { startRedis, type TestRedis } from "../support/redis-server.js";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const text = "return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}";

test("a script runs once a call, whether Redis has it already or not", async () => {
  const { producer } = await redis.links();
  const run = scriptOn(producer, text);

  expect(await run(["counter"], ["a"])).toEqual(["counter", "a", 1]);
  expect(await run(["counter"], ["b"])).toEqual(["counter", "b", 2]);
  await producer.script("FLUSH");
  expect(await run(["counter"], ["c"])).toEqual(["counter", "c", 3]);
});

test("its text is sent once", async () => {
  const { producer } = await redis.links();
  const run = scriptOn(producer, `${text} -- again`);
  await run(["other"], ["a"]);
  const before = await calls(producer);
  for (let i = 0; i < 3; i++) await run(["other"], ["b"]);

  expect(await calls(producer)).toEqual({ eval: before.eval, evalsha: before.evalsha + 3 });
});

test("what goes wrong in it is not tried a second time", async () => {
  const { producer } = await redis.links();
  const run = scriptOn(producer, "redis.call('INCR', KEYS[1]) return redis.call('GET', KEYS[1], 'NOSCRIPT')");
  await expect(run(["odd"], [])).rejects.toThrow();
  await expect(run(["odd"], [])).rejects.toThrow();

  expect(await producer.get("odd")).toBe("2");
});

/** How often Redis was called in either way. */
async function calls(producer: { info(section: string): Promise<string> }): Promise<{ eval: number; evalsha: number }> {
  const told = await producer.info("commandstats");
  const of = (name: string): number => Number(new RegExp(`^cmdstat_${name}:calls=(\\d+)`, "m").exec(told)?.[1] ?? 0);
  return { eval: of("eval"), evalsha: of("evalsha") };
}
