import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { aclLines, fingerprintOf, generateKeyPair, writeKeys } from "../../src/config/keys.js";
import type { Envelope } from "../../src/contract/envelope.js";
import { type ClusterQueue, createClusterQueue } from "../../src/queue/cluster-queue.js";
import { checkRedis } from "../../src/redis/check.js";
import { openRedis, type RedisLinks } from "../../src/redis/connect.js";
import { createStore } from "../../src/redis/store.js";
import { quiet, startRedis, type TestRedis } from "../support/redis-server.js";

test("a pair signs and verifies, and no two are alike", () => {
  const [pair, other] = [generateKeyPair(), generateKeyPair()];
  const signature = sign(null, Buffer.from("x"), createPrivateKey(pair.privatePem));

  expect(verify(null, Buffer.from("x"), createPublicKey(pair.publicPem), signature)).toBe(true);
  expect(verify(null, Buffer.from("x"), createPublicKey(other.publicPem), signature)).toBe(false);
  expect(pair.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  expect(fingerprintOf(pair.publicPem)).toBe(pair.fingerprint);
  expect(other.fingerprint).not.toBe(pair.fingerprint);
});

describe("written keys", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "keys-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("are for their owner alone and are never overwritten", async () => {
    const made = await writeKeys(join(folder, "new"), "bot");

    expect(statSync(made.privateFile).mode & 0o777).toBe(0o600);
    await expect(writeKeys(join(folder, "new"), "bot")).rejects.toMatchObject({ failure: { code: "conflict" } });
  });

  test("come both or not at all", async () => {
    writeFileSync(join(folder, "bot.key"), "mine");

    await expect(writeKeys(folder, "bot")).rejects.toThrow("bot.key is there already");
    expect(existsSync(join(folder, "bot.pub"))).toBe(false);
  });

  test("have plain names, and a folder that cannot be written is told as that", async () => {
    await expect(writeKeys(folder, "../bot")).rejects.toMatchObject({ failure: { code: "usage" } });
    writeFileSync(join(folder, "file"), "");
    await expect(writeKeys(join(folder, "file/below"), "bot")).rejects.toThrow(/writing .*\/file\/below: ENOTDIR/);
  });
});

describe("the acl lines, obeyed by a real Redis", () => {
  let redis: TestRedis;
  let bot: RedisLinks;
  let worker: RedisLinks;
  let queues: ClusterQueue[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    const admin = (await redis.links()).producer;
    for (const line of aclLines("cc", ["eu1", "us1"])) {
      const [command = "", ...words] = line.replace("<password>", "pw").split(" ");
      await admin.call(command, ...words);
    }
    const as = (username: string): Promise<RedisLinks> =>
      openRedis({ url: redis.url, username, password: { reveal: () => "pw" }, prefix: "cc" }, quiet);
    [bot, worker] = await Promise.all([as("cc-bot"), as("cc-worker-eu1")]);
    queues = [bot, worker].map((links) => createClusterQueue(links, "eu1", quiet));
  });
  afterAll(async () => {
    await Promise.all(queues.map((queue) => queue.close()));
    await Promise.all([bot.close(), worker.close()]);
    await redis.stop();
  });

  test("let a job go to its worker and the outcome back, with signs of life, progress and cancels", async () => {
    const [ofBot, ofWorker] = queues as [ClusterQueue, ClusterQueue];
    const heard: string[] = [];
    const outcome = new Promise<unknown>((resolve) => {
      taking.push(ofBot.replies("outcomes", ({ raw }) => Promise.resolve(resolve(raw))));
    });
    taking.push(ofWorker.consume("reads", { concurrency: 1, handle: () => ofWorker.reply("outcomes", letter("outcome")) }));
    const ends = await Promise.all([ofWorker.onCancel(() => heard.push("cancel")), ofBot.onProgress(() => heard.push("progress"))]);

    await ofBot.submit(letter("job"), "reads");
    await ofWorker.beat("w1", letter("heartbeat"));
    await ofWorker.progress(letter("progress"));
    await ofBot.cancel("job-1", letter("cancel"));

    expect(await outcome).toMatchObject({ kind: "outcome" });
    expect(await ofBot.beats()).toMatchObject([{ kind: "heartbeat" }]);
    expect(await ofWorker.cancelled("job-1")).toMatchObject({ kind: "cancel" });
    while (heard.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(heard.toSorted()).toEqual(["cancel", "progress"]);
    expect((await checkRedis(worker)).eviction).toBe("noeviction");
    await Promise.all([...ends.map((end) => end()), ...taking.map((consumer) => consumer.close())]);
  });

  test.each([
    ["read another cluster's keys", ["get", "cc:us1:cancel:1"]],
    ["write the bot's own keys", ["set", "cc:bot:answer:1", "forged"]],
    ["reach a cluster whose name begins alike", ["get", "cc:eu10:x"]],
    ["reach them from a script", ["eval", "return redis.call('get', KEYS[1])", "1", "cc:us1:x"]],
    ["publish to another cluster", ["publish", "cc:us1:cancel", "x"]],
    ["listen to another cluster", ["subscribe", "cc:us1:progress"]],
    ["listen to everything", ["psubscribe", "*"]],
    ["list the names of keys", ["keys", "*"]],
    ["walk through the names of keys", ["scan", "0"]],
    ["empty the store", ["flushall"]],
    ["change the server", ["config", "set", "maxmemory", "1"]],
    ["give itself more", ["acl", "setuser", "cc-worker-eu1", "allkeys"]],
    ["watch the others' commands", ["monitor"]],
    ["cut off the others", ["client", "kill", "type", "normal"]],
    ["replace the functions of the server", ["function", "flush"]],
  ])("do not let a worker %s", async (_, [command = "", ...words]) => {
    await expect(worker.patient.call(command, ...words)).rejects.toThrow(/NOPERM|No permissions|ACL/);
  });

  test("let the bot reach every cluster, and nothing beside them", async () => {
    await createStore(bot, "us1").put("x", "1", 1000);

    await expect(bot.patient.call("get", "other:x")).rejects.toThrow(/NOPERM/);
    await expect(bot.patient.call("flushall")).rejects.toThrow(/NOPERM/);
  });
});

const taking: { close(): Promise<unknown> }[] = [];

function letter(kind: "job" | "outcome" | "heartbeat" | "progress" | "cancel"): Envelope {
  return { kind, id: "job-1", sig: Buffer.from("signature").toString("base64") } as unknown as Envelope;
}
