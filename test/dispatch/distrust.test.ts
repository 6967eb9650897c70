import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Queue } from "bullmq";
import { type Envelope, type EnvelopeKind, seal } from "../../src/contract/envelope.js";
import type { Job } from "../../src/contract/job.js";
import type { Outcome } from "../../src/contract/outcome.js";
import { answerOf, ask, type Bot, openWay, ops, until, type Way } from "../support/way.js";

/** Everything here is written straight into Redis, past the bot and the worker. */
let way: Way;
let bot: Bot;
beforeEach(async () => {
  way = await openWay();
  bot = await way.bot();
});
afterEach(() => way.end());

async function intrude(queue: string, id: string, envelope: unknown): Promise<void> {
  const direct = new Queue(queue, { connection: bot.links.producer, prefix: "test:eu1", skipMetasUpdate: true });
  await direct.add("job", { envelope }, { jobId: id, removeOnComplete: { age: 3600 } });
  await direct.close();
}

/** Whether the queue has worked everything off. */
async function drained(queue: string): Promise<void> {
  const direct = new Queue(queue, { connection: bot.links.producer, prefix: "test:eu1", skipMetasUpdate: true });
  await until(async () => {
    const counts = await direct.getJobCounts("wait", "active", "delayed");
    return Object.values(counts).every((count) => count === 0);
  });
  await direct.close();
}

const job = (id: string, change: Partial<Job> = {}): Job => ({
  v: 1,
  id,
  request: "forged-1",
  command: "ping",
  phase: "run",
  args: [],
  cluster: "eu1",
  actor: ops,
  origin: { via: "slash" },
  deadline: Date.now() + 10_000,
  replyTo: "outcomes",
  ...change,
});

type Signer = "bot" | "worker" | "stranger";
function sealed(by: Signer, what: { kind?: EnvelopeKind; id: string; cluster?: string; payload: unknown }, at = Date.now()): Envelope {
  return seal({ kind: "job", cluster: "eu1", actor: "slack:T1/U1", ttl: 10_000, ...what }, way.keys[by].privateKey, at);
}

describe("a worker", () => {
  test.each<[string, () => [string, unknown]]>([
    ["signed by a stranger", () => ["forged-aa", sealed("stranger", { id: "forged-aa", payload: job("forged-aa") })]],
    ["signed by a worker", () => ["forged-ab", sealed("worker", { id: "forged-ab", payload: job("forged-ab") })]],
    [
      "with an altered payload",
      () => {
        const envelope = sealed("bot", { id: "forged-ac", payload: job("forged-ac") });
        return ["forged-ac", { ...envelope, payload: JSON.stringify(job("forged-ac", { args: ["boom"] })) }];
      },
    ],
    ["that has expired", () => ["forged-ad", sealed("bot", { id: "forged-ad", payload: job("forged-ad") }, Date.now() - 60_000)]],
    ["for another cluster", () => ["forged-ae", sealed("bot", { id: "forged-ae", cluster: "eu2", payload: job("forged-ae") })]],
    ["of another kind", () => ["forged-af", sealed("bot", { id: "forged-af", kind: "cancel", payload: job("forged-af") })]],
    ["under another id than signed", () => ["forged-ag", sealed("bot", { id: "forged-xx", payload: job("forged-xx") })]],
    ["that is junk", () => ["forged-ah", { v: 1 }]],
    ["that is a change", () => ["forged-ai", sealed("bot", { id: "forged-ai", payload: job("forged-ai", { command: "change" }) })]],
    ["for a command of the bot", () => ["forged-aj", sealed("bot", { id: "forged-aj", payload: job("forged-aj", { command: "who" }) })]],
  ])("does not run a job %s", async (_, make) => {
    await way.worker("eu1", "w1");
    const [id, envelope] = make();

    await intrude("reads", id, envelope);
    await drained("reads");
    await drained("outcomes");

    expect(way.doing.runs).toEqual([]);
    expect(bot.notes.messages.size).toBe(0);
  });

  test("runs an honest job that was written the same way: the test above looks at the right place", async () => {
    await way.worker("eu1", "w1");

    await intrude("reads", "honest-1", sealed("bot", { id: "honest-1", payload: job("honest-1") }));
    await drained("reads");

    expect(way.doing.runs).toHaveLength(1);
  });

  test("does not run an answered job again when it is replayed, under its own or another id", async () => {
    await way.worker("eu1", "w1");
    const request = way.request("ping");
    await ask(bot, request);
    await answerOf(bot, request);
    const direct = new Queue("reads", { connection: bot.links.producer, prefix: "test:eu1", skipMetasUpdate: true });
    const kept = await direct.getJob(`${request.id}-1`);
    const envelope: unknown = kept?.data.envelope;
    expect(envelope).toBeDefined();
    await direct.remove(`${request.id}-1`);
    await direct.close();

    await intrude("reads", `${request.id}-1`, envelope);
    await intrude("reads", "replayed-1", envelope);
    await drained("reads");
    await drained("outcomes");

    expect(way.doing.runs).toHaveLength(1);
    expect(bot.notes.messages.size).toBe(1);
  });

  test("is not stopped by a cancel that no bot has signed, or that is for another job", async () => {
    await way.worker("eu1", "w1");
    const request = way.request("ping --ms 600");
    await ask(bot, request);
    await until(() => way.doing.runs.length === 1);
    const id = `${request.id}-1`;
    const payload = { v: 1, job: id, actor: ops };

    for (const envelope of [
      sealed("stranger", { kind: "cancel", id, payload }),
      sealed("worker", { kind: "cancel", id, payload }),
      sealed("bot", { kind: "cancel", id: "another-job", payload }),
      sealed("bot", { kind: "cancel", id, payload }, Date.now() - 60_000),
    ]) {
      await bot.links.producer.set(`test:eu1:cancel:${id}`, JSON.stringify(envelope));
      await bot.links.producer.publish("test:eu1:cancel", JSON.stringify(envelope));
    }
    await bot.links.producer.publish("test:eu1:cancel", "{not json");

    expect((await answerOf(bot, request)).view.verdict.text).toBe("eu1: pong from eu1");
  });
});

describe("a bot", () => {
  const outcome = (id: string, change: Partial<Outcome> = {}): Outcome => ({
    v: 1,
    job: id,
    cluster: "eu1",
    worker: "w1",
    ok: true,
    result: { said: "FORGED", light: "ok" },
    evidence: [],
    started: 1,
    ended: 2,
    ...change,
  });
  const shownTexts = (): string => JSON.stringify([...bot.notes.messages.values()].map((message) => message.history));

  test.each<[string, (id: string) => unknown]>([
    ["signed by a stranger", (id) => sealed("stranger", { kind: "outcome", id, payload: outcome(id) })],
    ["signed by a bot", (id) => sealed("bot", { kind: "outcome", id, payload: outcome(id) })],
    [
      "that was altered",
      (id) => ({ ...sealed("worker", { kind: "outcome", id, payload: outcome(id, { result: 1 }) }), payload: JSON.stringify(outcome(id)) }),
    ],
    ["that has expired", (id) => sealed("worker", { kind: "outcome", id, payload: outcome(id) }, Date.now() - 3_600_000)],
    ["for another cluster", (id) => sealed("worker", { kind: "outcome", cluster: "eu2", id, payload: outcome(id, { cluster: "eu2" }) })],
    ["whose cluster inside differs", (id) => sealed("worker", { kind: "outcome", id, payload: outcome(id, { cluster: "eu2" }) })],
    ["of another job inside", (id) => sealed("worker", { kind: "outcome", id: "other-job", payload: outcome(id) })],
    ["for an unknown job", () => sealed("worker", { kind: "outcome", id: "nobody-asked-1", payload: outcome("nobody-asked-1") })],
    ["that is junk", () => "junk"],
  ])("does not show an outcome %s, and still shows the true one", async (_, make) => {
    await way.worker("eu1", "w1");
    const request = way.request("ping --ms 500");
    await ask(bot, request);
    const id = `${request.id}-1`;

    // Under the very id that the worker's own outcome could have.
    await intrude("outcomes", id, make(id));

    expect((await answerOf(bot, request)).view.verdict.text).toBe("eu1: pong from eu1");
    expect(shownTexts()).not.toContain("FORGED");
  });

  test("does not show an outcome again that is replayed, nor a second one for an answered job", async () => {
    await way.worker("eu1", "w1");
    const request = way.request("ping");
    await ask(bot, request);
    const before = (await answerOf(bot, request)).history.length;
    const id = `${request.id}-1`;

    await intrude("outcomes", "replay-1", sealed("worker", { kind: "outcome", id, payload: outcome(id) }));
    await drained("outcomes");
    await new Promise((resolve) => setTimeout(resolve, 200));

    expect(bot.notes.messages.size).toBe(1);
    expect((await answerOf(bot, request)).history).toHaveLength(before);
    expect(shownTexts()).not.toContain("FORGED");
  });

  const counts = (id: string, done: number) => ({ v: 1, job: id, phase: 0, done, total: 99 });

  test.each<[string, (id: string) => unknown]>([
    ["no worker has signed", (id) => sealed("stranger", { kind: "progress", id, payload: counts(id, 77) })],
    [
      "was altered",
      (id) => ({ ...sealed("worker", { kind: "progress", id, payload: counts(id, 1) }), payload: JSON.stringify(counts(id, 77)) }),
    ],
    ["has expired", (id) => sealed("worker", { kind: "progress", id, payload: counts(id, 77) }, Date.now() - 60_000)],
    ["is for another cluster", (id) => sealed("worker", { kind: "progress", id, cluster: "eu2", payload: counts(id, 77) })],
    ["is of another job inside", (id) => sealed("worker", { kind: "progress", id: "other-job", payload: counts(id, 77) })],
    ["is a sign of life", (id) => sealed("worker", { kind: "heartbeat", id, payload: counts(id, 77) })],
  ])("does not show progress that %s", async (_, make) => {
    await way.worker("eu1", "w1");
    const request = way.request("ping --ms 500");
    await ask(bot, request);

    await bot.links.producer.publish("test:eu1:progress", JSON.stringify(make(`${request.id}-1`)));
    await answerOf(bot, request);

    expect(shownTexts()).not.toContain("77");
  });

  test("shows progress that a worker has signed: the test above looks at the right place", async () => {
    await way.worker("eu1", "w1");
    const request = way.request("ping --ms 1500");
    await ask(bot, request);
    const id = `${request.id}-1`;

    await until(async () => {
      const text = JSON.stringify(sealed("worker", { kind: "progress", id, payload: counts(id, 77) }));
      await bot.links.producer.publish("test:eu1:progress", text);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return shownTexts().includes("77");
    });
  });

  const beat = (worker: string, change = {}) => {
    return { v: 1, worker, cluster: "eu1", version: "1", changes: false, running: 0, started: 1, ...change };
  };
  const honest = () => sealed("worker", { kind: "heartbeat", id: "w9", payload: beat("w9") });
  const live = async (key: string, envelope: unknown): Promise<void> => {
    await bot.links.producer.set(`test:eu1:heartbeat:${key}`, JSON.stringify(envelope));
    await bot.links.producer.zadd("test:eu1:workers", Date.now(), key);
  };

  test("says that a worker is there whose clock is wrong, rather than that there is none", async () => {
    await live("w9", sealed("worker", { kind: "heartbeat", id: "w9", payload: beat("w9") }, Date.now() + 120_000));
    const request = way.request("ping");

    await ask(bot, request);

    expect((await answerOf(bot, request)).view.verdict).toMatchObject({
      text: expect.stringContaining("eu1 gave a sign of life that cannot be believed: the envelope comes from the future"),
      detail: "compare the clocks of bot and worker",
    });
  });

  test("counts a worker once, though its sign of life lies under another name too", async () => {
    await live("w9", honest());
    await live("ghost", honest());

    const { show } = await ask(bot, way.request("clusters"));

    expect(show.verdict.text.match(/"worker":"w9"/g)).toHaveLength(1);
  });

  test.each<[string, () => unknown]>([
    ["no worker has signed", () => sealed("stranger", { kind: "heartbeat", id: "ghost", payload: beat("ghost") })],
    ["a bot has signed", () => sealed("bot", { kind: "heartbeat", id: "ghost", payload: beat("ghost") })],
    ["was altered", () => ({ ...honest(), payload: JSON.stringify(beat("ghost")) })],
    ["has expired", () => sealed("worker", { kind: "heartbeat", id: "ghost", payload: beat("ghost") }, Date.now() - 60_000)],
    [
      "is for another cluster",
      () => sealed("worker", { kind: "heartbeat", id: "ghost", cluster: "eu2", payload: beat("ghost", { cluster: "eu2" }) }),
    ],
    ["is progress", () => sealed("worker", { kind: "progress", id: "ghost", payload: counts("ghost-job-1", 1) })],
    ["is junk", () => "junk"],
  ])("does not take a sign of life for one that %s", async (_, make) => {
    await live("ghost", make());
    const request = way.request("ping");

    const { jobs } = await ask(bot, request);

    expect(jobs).toEqual([]);
    expect((await answerOf(bot, request)).view.verdict.text).toContain("no worker");
  });

  test("does not post what somebody wrote over its own records", async () => {
    await way.worker("eu1", "w1");
    const request = way.request("ping --ms 400");
    await ask(bot, request);
    const key = `test:_bot:request:${request.id}`;
    const kept = JSON.parse((await bot.links.producer.get(key)) ?? "") as Envelope;
    const record = JSON.parse(kept.payload) as { place: { channel: string } };
    record.place.channel = "C-elsewhere";

    await bot.links.producer.set(key, JSON.stringify({ ...kept, payload: JSON.stringify(record) }));
    await drained("reads");
    await drained("outcomes");
    await new Promise((resolve) => setTimeout(resolve, 300));

    const places = [...bot.notes.messages.values()].map((message) => JSON.stringify(message.place));
    expect(places.join()).not.toContain("C-elsewhere");
  });
});
