import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Context } from "../../src/dispatch/context.js";
import { type Lease, lease } from "../../src/dispatch/lease.js";
import { createStore } from "../../src/redis/store.js";
import { startRedis, type TestRedis } from "../support/redis-server.js";

let redis: TestRedis;
beforeEach(async () => {
  redis = await startRedis();
});
afterEach(() => redis.stop());

async function bot(): Promise<{ take(id: string, patience?: number): Promise<Lease | null>; die(): Promise<void> }> {
  const links = await redis.links();
  const context = { state: createStore(links, "_bot") } as unknown as Context;
  return { take: (id, patience = 0) => lease(context, id, patience), die: () => links.close() };
}

test("the lease of a bot that died is free within nine seconds, that of one that works for longer is not", async () => {
  const [dying, working, next] = await Promise.all([bot(), bot(), bot()]);
  await dying.take("r1");
  const held = await working.take("r2");
  await dying.die();

  const [left, busy] = await Promise.all([next.take("r1", 9000), next.take("r2", 9000)]);

  expect(left).not.toBeNull();
  expect(busy).toBeNull();
  await held?.release();
  const last = await next.take("r2");
  expect(last).not.toBeNull();
  await left?.release();
  await last?.release();
}, 20_000);

test("who has not heard of Redis for a while begins nothing, for another bot may have taken over", async () => {
  const held = await (await bot()).take("r1");
  held?.check();
  redis.freeze();

  await new Promise((resolve) => setTimeout(resolve, 3000));

  expect(() => held?.check()).toThrow("redis was silent");
  redis.thaw();
  await held?.release();
}, 20_000);

test("whoever lost the lease writes nothing more", async () => {
  const [one, other] = await Promise.all([bot(), bot()]);
  const first = await one.take("r1");
  await first?.release();
  const second = await other.take("r1");

  expect(await first?.write([{ set: "k", value: "v", ttl: 1000 }])).toBe(false);
  expect(await second?.write([{ set: "k", value: "v", ttl: 1000 }])).toBe(true);
  await second?.release();
});
