import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { fail } from "../../src/contract/failure.js";
import { view } from "../../src/contract/view.js";
import { answerOf, ask, type Bot, type Message, openWay, until, type Way } from "../support/way.js";

let way: Way;
beforeEach(async () => {
  way = await openWay();
});
afterEach(() => way.end());

const answered = (bot: Bot): Message[] => [...bot.notes.messages.values()].filter(({ mark }) => mark.state === "answered");

describe("a bot that dies between the post of the answer and the note that it was posted", () => {
  /** Progress went where it cannot be edited, so the answer is a message of its own; it arrives, and the bot never learns of it. */
  async function interrupted(find: "finds" | "sees nothing"): Promise<Bot> {
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    bot.notes.editable = false;
    const post: typeof bot.notes.post = bot.notes.post.bind(bot.notes);
    let died = false;
    bot.notes.post = async (place, card, mark, options) => {
      const posted = await post(place, card, mark, options);
      if (mark.state === "working" || died) return posted;
      died = true;
      throw new Error("the connection is gone");
    };
    bot.notes.find = (_place, request) => {
      const found = [...bot.notes.messages].findLast(([, { mark }]) => mark.request === request);
      return Promise.resolve(find === "finds" && found !== undefined ? { channel: "C1", ts: found[0] } : null);
    };
    await ask(bot, way.request("ping --ms 300"));
    await until(() => died);
    return bot;
  }

  test("leaves one answer where the message can be looked up", async () => {
    const bot = await interrupted("finds");

    await until(() => (answered(bot)[0]?.history.length ?? 0) > 1);

    expect(answered(bot)).toHaveLength(1);
    expect(answered(bot)[0]?.view.footer).not.toContain("repeated");
  });

  test("has it posted again and marked where it cannot be looked up", async () => {
    const bot = await interrupted("sees nothing");

    await until(() => answered(bot).length > 1);

    expect(answered(bot).map(({ view }) => view.footer.includes("repeated"))).toEqual([false, true]);
  });
});

test("a message that is posted again says so also when its answer is there", async () => {
  const bot = await way.bot();
  await way.worker("eu1", "w1");
  const post: typeof bot.notes.post = bot.notes.post.bind(bot.notes);
  let tries = 0;
  bot.notes.post = async (...args) => {
    const posted = await post(...args);
    if (++tries === 1) throw new Error("the connection is gone");
    return posted;
  };
  bot.notes.find = () => Promise.resolve(null);
  await ask(bot, way.request("ping --ms 2500"));

  await until(() => answered(bot).length > 0);

  const [, second] = [...bot.notes.messages.values()];
  expect(second?.history.map(({ footer }) => footer.includes("repeated"))).not.toContain(false);
  expect(second?.mark.state).toBe("answered");
}, 15_000);

test("a post whose turn did not come is made later, and is not called repeated", async () => {
  const bot = await way.bot();
  const post: typeof bot.notes.post = bot.notes.post.bind(bot.notes);
  let tries = 0;
  bot.notes.post = (...args) => (++tries === 1 ? Promise.reject(fail("busy", "too many messages are waiting")) : post(...args));
  const request = way.request("who");

  await ask(bot, request);

  expect((await answerOf(bot, request)).view.footer).not.toContain("repeated");
  expect(tries).toBe(2);
}, 15_000);

test("a post of a bot that died which is still on its way is waited for, not overtaken", async () => {
  const bot = await way.bot();
  const request = way.request("who");
  const post: typeof bot.notes.post = bot.notes.post.bind(bot.notes);
  let overtaken = 0;
  const next = { ...bot.notes, post: (...args: Parameters<typeof post>) => post(...args).finally(() => overtaken++) };
  const landed = new Promise<void>((resolve) => {
    bot.notes.post = async (...args) => {
      await bot.links.close();
      await new Promise((wait) => setTimeout(wait, 10_000));
      return post(...args).finally(resolve);
    };
  });
  void ask(bot, request);
  await way.bot({ deliver: next });

  await landed;
  await until(() => (bot.notes.messages.get("1")?.history.length ?? 0) > 1, 25_000);

  expect(bot.notes.messages.size).toBe(1);
  expect(overtaken).toBe(0);
}, 60_000);

describe("a question of which a bot said that it was not taken, although it was stored", () => {
  const untaken = async (bot: Bot, id: string): Promise<void> => {
    const place = way.request("who").place;
    await bot.notes.post(place, view("bad", "the queue cannot be reached"), { request: id, state: "answered" }, { onlyFor: false });
  };

  test("has its answer in the place of that message when another bot shows it", async () => {
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request("ping");
    const submitted = await bot.dispatch.submit(request);
    await untaken(bot, request.id);
    expect(submitted.jobs).toHaveLength(1);

    await until(() => JSON.stringify(answered(bot)).includes("pong"), 10_000);

    expect(bot.notes.messages.size).toBe(1);
  }, 15_000);

  test("has it there too when Slack delivers it again", async () => {
    const bot = await way.bot();
    const request = way.request("who", { redelivered: true });
    await untaken(bot, request.id);

    await ask(bot, request);

    expect(bot.notes.messages.size).toBe(1);
    expect(JSON.stringify(answered(bot))).toContain("you are U1");
  });
});
