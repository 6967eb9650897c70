import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Envelope, seal } from "../../src/contract/envelope.js";
import { fail } from "../../src/contract/failure.js";
import { type ClusterQueue, createClusterQueue } from "../../src/queue/cluster-queue.js";
import { quiet, startRedis, type TestRedis } from "../support/redis-server.js";
import { until } from "../support/way.js";

let redis: TestRedis;
let count = 0;
const { privateKey } = generateKeyPairSync("ed25519");
const envelope = (id: string, payload: unknown = 1): Envelope =>
  seal({ kind: "job", id, cluster: "eu1", actor: "local:x", ttl: 10_000, payload }, privateKey);

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

/** A fresh cluster for each test. */
async function open(): Promise<ClusterQueue> {
  return createClusterQueue(await redis.links(), `c${++count}`, quiet);
}
const again = async (queue: ClusterQueue): Promise<ClusterQueue> => createClusterQueue(await redis.links(), queue.cluster, quiet);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("jobs", () => {
  test("go to one of several workers, each once, also when stored twice", async () => {
    const queue = await open();
    const seen: string[] = [];
    const handle = ({ id }: { id: string }): Promise<void> => Promise.resolve(void seen.push(id));
    const consumers = [
      queue.consume("reads", { concurrency: 2, handle }),
      (await again(queue)).consume("reads", { concurrency: 2, handle }),
    ];

    for (const id of ["job-a", "job-b", "job-c", "job-a"]) await queue.submit(envelope(id), "reads");
    await until(() => seen.length >= 3);
    await queue.submit(envelope("job-b"), "reads");
    await pause(200);

    expect(seen.toSorted()).toEqual(["job-a", "job-b", "job-c"]);
    await Promise.all(consumers.map((consumer) => consumer.close(1000)));
  });

  test("are tried once more after an unexpected error, and not after a failure that no repetition mends", async () => {
    const queue = await open();
    const seen: string[] = [];
    const consumer = queue.consume("reads", {
      concurrency: 1,
      handle: ({ id }) => {
        seen.push(id);
        return Promise.reject(id === "job-final" ? fail("bad_signature", "x") : new Error("x"));
      },
    });

    await queue.submit(envelope("job-odd"), "reads");
    await queue.submit(envelope("job-final"), "reads");
    await until(() => seen.length >= 3);
    await pause(800);

    expect(seen.toSorted()).toEqual(["job-final", "job-odd", "job-odd"]);
    await consumer.close(1000);
  });

  test("that change something are never tried again", async () => {
    const queue = await open();
    let tries = 0;
    const consumer = queue.consume("changes", { concurrency: 1, handle: () => Promise.reject(new Error(`x${++tries}`)) });

    await queue.submit(envelope("change-a"), "changes");
    await until(() => tries > 0);
    await pause(800);

    expect(tries).toBe(1);
    await consumer.close(1000);
  });

  test("a change whose worker died is not run by another one", async () => {
    const queue = await open();
    const links = await redis.links();
    const seen: string[] = [];
    createClusterQueue(links, queue.cluster, quiet).consume("changes", {
      concurrency: 1,
      handle: () => new Promise(() => void seen.push("first")),
    });
    await queue.submit(envelope("change-b"), "changes");
    await until(() => seen.length === 1);
    await links.close();

    // The lock of a change lives 30 s; taking it away stands for waiting that long.
    const eyes = await redis.links();
    await eyes.producer.del(`test:${queue.cluster}:changes:change-b:lock`);
    const next = queue.consume("changes", { concurrency: 1, handle: () => Promise.resolve(void seen.push("second")) });
    await pause(1500);

    expect(seen).toEqual(["first"]);
    await next.close(1000);
  });

  test("close() waits for what runs, but not longer than its grace", async () => {
    const queue = await open();
    let ended = false;
    const consumer = queue.consume("reads", {
      concurrency: 1,
      handle: async () => {
        await pause(300);
        ended = true;
      },
    });
    await queue.submit(envelope("job-slow"), "reads");
    await pause(100);

    await consumer.close(2000);
    expect(ended).toBe(true);

    const stuck = queue.consume("reads", { concurrency: 1, handle: () => new Promise(() => undefined) });
    await queue.submit(envelope("job-stuck"), "reads");
    await pause(100);
    const began = performance.now();
    await stuck.close(300);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test("a frozen Redis is an honest error within 1.8 s", async () => {
    const own = await startRedis();
    const queue = createClusterQueue(await own.links(), "eu1", quiet);
    await queue.submit(envelope("job-before"), "reads");
    own.freeze();
    const began = performance.now();

    await expect(queue.submit(envelope("job-frozen"), "reads")).rejects.toMatchObject({ failure: { code: "queue_unavailable" } });

    expect(performance.now() - began).toBeLessThan(1800);
    own.thaw();
    await own.stop();
  });
});

describe("outcomes", () => {
  test("reach the queue that the job names, once for equal ones, and both for different ones", async () => {
    const queue = await open();
    const seen: unknown[] = [];
    const consumer = queue.replies("outcomes-term-aa", ({ raw }) => Promise.resolve(void seen.push((raw as Envelope).payload)));
    const one = envelope("job-1", "one");

    await Promise.all([queue.reply("outcomes-term-aa", one), queue.reply("outcomes-term-aa", one)]);
    await queue.reply("outcomes-term-aa", envelope("job-1", "two"));
    await queue.reply("outcomes", envelope("job-2", "elsewhere"));
    await until(() => seen.length >= 2);
    await pause(200);

    expect(new Set(seen)).toEqual(new Set(['"one"', '"two"']));
    await consumer.close(500);
    await queue.dropReplies("outcomes-term-aa");
    const eyes = await redis.links();
    expect(await eyes.producer.keys(`test:${queue.cluster}:outcomes-term*`)).toEqual([]);
  });

  test("reach each of many terminals, one after the other and at the same time", async () => {
    const queue = await open();
    const names = Array.from({ length: 30 }, (_, i) => `outcomes-term-${i}`);
    const stored = async (): Promise<number> => {
      const eyes = await redis.links();
      return (await Promise.all(names.map((name) => eyes.producer.llen(`test:${queue.cluster}:${name}:wait`)))).reduce((a, b) => a + b, 0);
    };

    for (const name of names) await queue.reply(name, envelope("job-1", name));
    await Promise.all(names.map((name) => queue.reply(name, envelope("job-2", name))));

    expect(await stored()).toBe(60);
    await queue.close();
  });

  test("come again when they could not be taken", async () => {
    const queue = await open();
    let tries = 0;
    const consumer = queue.replies("outcomes", () => (++tries < 3 ? Promise.reject(fail("queue_unavailable", "x")) : Promise.resolve()));

    await queue.reply("outcomes", envelope("job-3"));
    await until(() => tries === 3);

    await consumer.close(500);
  });

  test("of terminals that died are swept up after an hour, those of living ones are not", async () => {
    const queue = await open();
    const eyes = await redis.links();
    const set = `test:${queue.cluster}:reply-queues`;
    await queue.reply("outcomes-term-dead", envelope("job-4"));
    await queue.reply("outcomes-term-live", envelope("job-5"));
    await eyes.producer.zadd(set, Date.now() - 2 * 3_600_000, "outcomes-term-dead");
    await eyes.producer.zadd(set, Date.now(), "outcomes-term-live");

    await queue.sweepReplies();

    expect(await eyes.producer.zrange(set, "0", "-1")).toEqual(["outcomes-term-live"]);
    expect(await eyes.producer.keys(`test:${queue.cluster}:outcomes-term-dead*`)).toEqual([]);
    expect(await eyes.producer.keys(`test:${queue.cluster}:outcomes-term-live*`)).not.toEqual([]);
  });
});

describe("signals", () => {
  test("a cancel is heard by who listens and kept for who does not yet", async () => {
    const queue = await open();
    const heard: unknown[] = [];
    const end = await (await again(queue)).onCancel((raw) => void heard.push(raw));
    const signed = envelope("job-6");

    await queue.cancel("job-6", signed);
    await until(() => heard.length === 1);

    expect(heard).toEqual([signed]);
    expect(await queue.cancelled("job-6")).toEqual(signed);
    expect(await queue.cancelled("job-7")).toBeNull();
    await end();
  });

  test("progress reaches every listener", async () => {
    const queue = await open();
    const heard: unknown[] = [];
    for (const listener of [queue, await again(queue)]) await listener.onProgress((raw) => void heard.push(raw));

    await queue.progress(envelope("job-8"));
    await until(() => heard.length === 2);
  });

  test("who comes and goes between two looks is seen by the next, whoever looked", async () => {
    const queue = await open();
    const eye = await again(queue);
    const seen = async (): Promise<string[]> => (await eye.beats()).map((one) => (one as Envelope).id).toSorted();

    await queue.beat("w1", envelope("w1"));
    expect(await seen()).toEqual(["w1"]);
    await queue.beat("w2", envelope("w2"));
    expect(await seen()).toEqual(["w1", "w2"]);
    await queue.unbeat("w1");
    expect(await seen()).toEqual(["w2"]);
    await queue.unbeat("w2");
    await queue.beat("w3", envelope("w3"));
    expect(await seen()).toEqual(["w3"]);
  });

  test("that a worker takes its sign back is heard, once the sign is gone", async () => {
    const queue = await open();
    const eye = await again(queue);
    await queue.beat("w1", envelope("w1"));
    const left: Promise<unknown[]>[] = [];
    const end = await eye.onUnbeat(() => left.push(eye.beats()));

    await queue.unbeat("w1");
    await until(() => left.length === 1);

    expect(await left[0]).toEqual([]);
    await end();
  });

  test("a sign of life lives 15 s, is listed, and can be taken back", async () => {
    const queue = await open();
    const eyes = await redis.links();
    expect(await queue.beats()).toEqual([]);

    await queue.beat("w1", envelope("w1"));
    await queue.beat("w2", envelope("w2"));
    expect(await queue.beats()).toHaveLength(2);
    expect(await eyes.producer.pttl(`test:${queue.cluster}:heartbeat:w1`)).toBeGreaterThan(14_000);

    await queue.unbeat("w1");
    await eyes.producer.del(`test:${queue.cluster}:heartbeat:w2`);
    expect(await queue.beats()).toEqual([]);
  });
});
