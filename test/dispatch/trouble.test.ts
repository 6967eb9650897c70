import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { answerOf, ask, openWay, other, until, type Way } from "../support/way.js";

let way: Way;
beforeEach(async () => {
  way = await openWay();
});
afterEach(() => way.end());

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("no worker", () => {
  test("is said at once, names the cluster, and queues nothing", async () => {
    const bot = await way.bot();
    const request = way.request("ping");
    const began = performance.now();

    const submitted = await ask(bot, request);

    expect(performance.now() - began).toBeLessThan(1000);
    expect(submitted.jobs).toEqual([]);
    const { view } = await answerOf(bot, request);
    expect(view.verdict).toMatchObject({ light: "bad", text: expect.stringContaining("eu1") });
    expect(view.actions).toEqual([{ label: "Try again", line: "ping" }]);
    expect(await bot.links.producer.keys("test:eu1:reads:*")).toEqual([]);
  });

  test("a worker that stopped is not asked any more", async () => {
    const bot = await way.bot();
    const { executor } = await way.worker("eu1", "w1");
    expect((await ask(bot, way.request("ping"))).jobs).toHaveLength(1);
    await executor.stop();

    expect((await ask(bot, way.request("ping"))).jobs).toEqual([]);
  });
});

describe("cancel", () => {
  test("by the asker ends the work, and `cancelled` is the answer", async () => {
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request("ping --ms 2500");
    await ask(bot, request);
    await until(() => way.doing.runs.length === 1);

    const told = await bot.dispatch.cancel(request.id, request.actor, request.place);

    expect(told.verdict.text).toBe("cancelling `ping --ms 2500` on eu1");
    expect((await answerOf(bot, request, 1500)).view.verdict.text).toContain("cancelled");
    expect(way.doing.aborted).toEqual(["eu1"]);
    const again = await bot.dispatch.cancel(request.id, request.actor, request.place);
    expect(again.verdict.text).toContain("already answered");
    await pause(700);
    expect(way.doing.runs).toHaveLength(1);
  });

  test("also before a worker has taken the job", async () => {
    const bot = await way.bot();
    await way.worker("eu1", "w1", { concurrency: 1 });
    const first = way.request("ping --ms 800");
    const second = way.request("ping");
    await ask(bot, first);
    await ask(bot, second);

    await bot.dispatch.cancel(second.id, second.actor, second.place);

    expect((await answerOf(bot, second)).view.verdict.text).toContain("cancelled");
    await answerOf(bot, first);
    expect(way.doing.runs).toHaveLength(1);
  });

  test("is refused to others, allowed to operators, and says when nothing is known", async () => {
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request("ping --ms 2000", { actor: other });
    await ask(bot, request);
    const { place } = request;
    const third = { kind: "slack" as const, team: "T1", user: "U3", bot: false, foreign: false };

    expect((await bot.dispatch.cancel(request.id, third, place)).verdict.text).toContain("not allowed");
    expect((await bot.dispatch.cancel("unknown-id", third, place)).verdict.text).toContain("not found");
    expect((await bot.dispatch.cancel(request.id, way.request("x").actor, place)).verdict.text).toContain("cancelling");
    expect((await answerOf(bot, request)).view.verdict.text).toContain("cancelled");
  });
});

describe("deadlines", () => {
  test("a command that ignores its signal is abandoned, and its job answered", async () => {
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request("ping deaf");

    await ask(bot, request);

    expect((await answerOf(bot, request)).view.verdict.text).toBe("no answer in time: `ping` on eu1 did not end in time");
  });

  test("a job that nobody answers is answered by the bot, also after a restart of it", async () => {
    const bot = await way.bot();
    const { links } = await way.worker("eu1", "w1");
    await links.close();
    const request = way.request("ping");
    await ask(bot, request);
    await bot.dispatch.stop();

    await way.bot({ deliver: bot.notes });

    expect((await answerOf(bot, request)).view.verdict.text).toContain("eu1 did not answer within 4 s");
    expect(bot.notes.messages.size).toBe(1);
  }, 15_000);
});

describe("a worker that dies", () => {
  test("has its read run by another one, and the answer comes once", async () => {
    const bot = await way.bot({ timing: { progressEvery: 100, watchEvery: 100, watchAfter: 100, grace: 300, queueing: 15_000 } });
    const { links } = await way.worker("eu1", "w1");
    const request = way.request("ping --ms 1500");
    await ask(bot, request);
    await until(() => way.doing.runs.length === 1);

    await way.worker("eu1", "w2");
    // Its connections are cut in the middle of the work: for Redis that is a dead process.
    const began = performance.now();
    await links.close();
    await until(() => way.doing.runs.length === 2, 12_000);
    expect(performance.now() - began).toBeLessThan(12_000);
    const answer = await answerOf(bot, request, 12_000);

    expect(answer.view.verdict.text).toBe("eu1: pong from eu1");
    expect(way.doing.runs.map((run) => run.worker)).toEqual(["w1", "w2"]);
    expect(bot.notes.messages.size).toBe(1);
  }, 20_000);

  test("stops in time and answers what it could not finish", async () => {
    const bot = await way.bot();
    const { executor } = await way.worker("eu1", "w1");
    const request = way.request("ping --ms 2900");
    await ask(bot, request);
    await until(() => way.doing.runs.length === 1);
    const began = performance.now();

    await executor.stop();

    expect(performance.now() - began).toBeLessThan(2500);
    expect((await answerOf(bot, request)).view.verdict.text).toContain("was stopped while it worked");
  });
});

describe("Redis away", () => {
  test.each(["frozen", "killed"] as const)(
    "%s: said within 2 s, nothing is shown later, and all is well when it is back",
    async (how) => {
      const bot = await way.bot();
      await way.worker("eu1", "w1");
      await pause(100);
      if (how === "frozen") way.redis.freeze();
      else await way.redis.kill();
      const request = way.request("ping");
      const began = performance.now();

      const submitted = await bot.dispatch.submit(request);

      expect(performance.now() - began).toBeLessThan(2100);
      await bot.dispatch.announce(submitted);
      expect(submitted).toMatchObject({
        duplicate: false,
        jobs: [],
        show: {
          verdict: { light: "bad", text: expect.stringContaining("the queue cannot be reached") },
          actions: [{ label: "Try again", line: "ping" }],
        },
      });
      // Everybody sees the failure, so what was asked in private is not in it.
      expect((await bot.dispatch.submit(way.request("ping --private"))).show.actions).toEqual([]);
      const help = await bot.dispatch.submit(way.request("who"));
      expect(help.show.verdict.text).toBe("you are U1");
      const typo = await bot.dispatch.submit(way.request("pong"));
      expect(typo.show.verdict.text).toContain("unknown command");

      if (how === "frozen") way.redis.thaw();
      else await way.redis.start();
      await pause(2500);
      expect([...bot.notes.messages.values()].filter((message) => message.mark.request === request.id)).toHaveLength(1);
      expect(way.doing.runs).toEqual([]);
      const after = way.request("ping");
      await until(async () => (await bot.dispatch.submit(way.request("ping"))).jobs.length > 0);
      await ask(bot, after);
      expect((await answerOf(bot, after)).view.verdict.text).toBe("eu1: pong from eu1");
    },
    30_000,
  );

  test("a Redis that freezes while a job runs costs no answer", async () => {
    const bot = await way.bot({ timing: { progressEvery: 100, watchEvery: 100, watchAfter: 100, grace: 300, queueing: 15_000 } });
    await way.worker("eu1", "w1");
    const request = way.request("ping --ms 500");
    await ask(bot, request);
    await until(() => way.doing.runs.length === 1);

    way.redis.freeze();
    await pause(2500);
    way.redis.thaw();

    expect((await answerOf(bot, request)).view.verdict.text).toBe("eu1: pong from eu1");
    expect(bot.notes.messages.size).toBe(1);
  }, 20_000);
});

describe("Slack away", () => {
  test("the answer is kept and posted when Slack is back, once", async () => {
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    bot.notes.broken = true;
    const request = way.request("ping");
    await ask(bot, request);
    await until(() => way.doing.runs.length === 1);
    await pause(500);
    expect(bot.notes.messages.size).toBe(0);

    bot.notes.broken = false;
    await answerOf(bot, request);
    await pause(500);

    expect(bot.notes.messages.size).toBe(1);
  }, 15_000);

  test("a bot that dies while posting: the next one finds the message and finishes it", async () => {
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request("ping --ms 300");
    const post: typeof bot.notes.post = bot.notes.post.bind(bot.notes);
    // The message arrives at Slack, the bot never learns of it.
    bot.notes.post = async (...args) => {
      await post(...args);
      throw new Error("connection lost");
    };

    await ask(bot, request);
    await until(() => bot.notes.messages.size === 1);

    expect((await answerOf(bot, request)).view.verdict.text).toBe("eu1: pong from eu1");
    expect(bot.notes.messages.size).toBe(1);
  }, 15_000);

  test("when the message is nowhere to be found it is posted again and says so", async () => {
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request("ping");
    const post: typeof bot.notes.post = bot.notes.post.bind(bot.notes);
    let first = true;
    bot.notes.post = (...args) => {
      if (!first) return post(...args);
      first = false;
      return Promise.reject(new Error("connection lost"));
    };

    await ask(bot, request);

    expect((await answerOf(bot, request)).view.footer).toContain("repeated");
  }, 15_000);

  test("a request whose bot died before announcing is shown by another", async () => {
    const bot = await way.bot({ clock: () => Date.now() - 6000 });
    const next = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request("who");

    await bot.dispatch.submit(request);

    await until(() =>
      [...bot.notes.messages.values(), ...next.notes.messages.values()].some((message) => message.mark.request === request.id),
    );
  });
});

test("a terminal has its own reply queue, which leaves nothing behind", async () => {
  const terminal = await way.bot({ replyTo: "outcomes-term-0a1b" });
  const bot = await way.bot();
  await way.worker("eu1", "w1");
  const request = way.request("ping", { actor: { kind: "local", user: "root" }, place: { kind: "terminal" }, via: "terminal" });

  await ask(terminal, request);
  expect((await answerOf(terminal, request)).view.verdict.text).toBe("eu1: pong from eu1");
  await terminal.dispatch.stop();

  expect(bot.notes.messages.size).toBe(0);
  expect(await bot.links.producer.keys("test:eu1:outcomes-term*")).toEqual([]);
});
