import { describe, expect, test } from "@jest/globals";
import { FailureError } from "../../src/contract/failure.js";
import { createBus } from "../../src/redis/bus.js";
import { checkRedis } from "../../src/redis/check.js";
import { openRedis } from "../../src/redis/connect.js";
import { createStore } from "../../src/redis/store.js";
import { quiet, startRedis, type TestRedis } from "../support/redis-server.js";

async function withRedis(extra: string[], use: (redis: TestRedis) => Promise<void>): Promise<void> {
  const redis = await startRedis(...extra);
  try {
    await use(redis);
  } finally {
    redis.thaw();
    await redis.stop();
  }
}

async function failureOf(work: Promise<unknown>): Promise<{ code: string; message: string; ms: number }> {
  const began = performance.now();
  try {
    await work;
  } catch (error) {
    if (error instanceof FailureError) return { ...error.failure, ms: performance.now() - began };
    throw error;
  }
  throw new Error("it did not fail");
}

describe("connecting", () => {
  test("says in time that nothing is there, without the password", async () => {
    const settings = { url: "redis://user:hunter2@127.0.0.1:1/", username: null, password: null, prefix: "x" };
    const failure = await failureOf(openRedis(settings, quiet, 300));

    expect(failure).toMatchObject({ code: "queue_unavailable" });
    expect(failure.message).toContain("127.0.0.1:1");
    expect(failure.message).not.toContain("hunter2");
    expect(failure.ms).toBeLessThan(1500);
  });

  test("refuses an address that is none", async () => {
    expect(await failureOf(openRedis({ url: "http://x", username: null, password: null, prefix: "x" }, quiet))).toMatchObject({
      code: "usage",
    });
  });

  test("says so at once when the password is wrong", async () => {
    await withRedis([], async (redis) => {
      const links = await redis.links();
      await links.producer.config("SET", "requirepass", "right");
      const settings = { url: redis.url, username: null, password: { reveal: () => "wrong" }, prefix: "x" };

      expect((await failureOf(openRedis(settings, quiet, 5000))).message).toContain("WRONGPASS");
    });
  });
});

describe("checkRedis()", () => {
  test("is content with noeviction and an append-only file", async () => {
    await withRedis([], async (redis) => {
      expect(await checkRedis(await redis.links())).toMatchObject({ eviction: "noeviction", durable: true, warnings: [] });
    });
  });

  test("warns without the append-only file, and refuses a Redis that evicts", async () => {
    await withRedis(["--appendonly", "no"], async (redis) => {
      const links = await redis.links();
      expect((await checkRedis(links)).warnings).toEqual([expect.stringContaining("appendonly yes")]);

      await links.producer.config("SET", "maxmemory-policy", "allkeys-lru");
      const failure = await failureOf(checkRedis(links));
      expect(failure.code).toBe("queue_unavailable");
      expect(failure.message).toContain("allkeys-lru");
    });
  });
});

describe("when Redis is away", () => {
  test("a frozen one is an honest error within 1.7 s, and a late command does not slip through a second time", async () => {
    await withRedis([], async (redis) => {
      const store = createStore(await redis.links(), "r");
      redis.freeze();
      const failure = await failureOf(store.get("x"));

      expect(failure.code).toBe("queue_unavailable");
      expect(failure.ms).toBeLessThan(1700);
    });
  });

  test("a killed one is an error at once, and the connection is used again when it is back", async () => {
    await withRedis([], async (redis) => {
      const store = createStore(await redis.links(), "r");
      await store.put("kept", "1", 60_000);
      await redis.kill();
      await new Promise((resolve) => setTimeout(resolve, 50));
      const failure = await failureOf(store.put("lost", "1", 60_000));

      expect(failure).toMatchObject({ code: "queue_unavailable" });
      expect(failure.ms).toBeLessThan(1700);

      await redis.start();
      await new Promise((resolve) => setTimeout(resolve, 2500));
      expect(await store.getAll(["kept", "lost"])).toEqual(["1", null]);
    });
  }, 20_000);
});

test("the bus reaches those who listen on the same channel of the same room", async () => {
  await withRedis([], async (redis) => {
    const links = await redis.links();
    const heard: string[] = [];
    const end = await createBus(links, "eu1").subscribe("cancel", (text) => void heard.push(text));
    await createBus(links, "eu2").subscribe("cancel", () => void heard.push("wrong"));

    await createBus(links, "eu1").publish("cancel", "one");
    await createBus(links, "eu1").publish("progress", "other");
    await new Promise((resolve) => setTimeout(resolve, 50));
    await end();
    await createBus(links, "eu1").publish("cancel", "late");
    await new Promise((resolve) => setTimeout(resolve, 50));

    expect(heard).toEqual(["one"]);
  });
});
