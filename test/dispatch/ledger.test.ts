import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import cancel from "../../commands/cancel.js";
import { type AuditEntry, readRecord } from "../../src/audit/entry.js";
import { createHeadKeeper, keptHeads } from "../../src/audit/kept-heads.js";
import { linksOf } from "../../src/audit/links.js";
import { verify } from "../../src/audit/verify.js";
import { fail } from "../../src/contract/failure.js";
import { createChain } from "../../src/redis/chain.js";
import { quiet } from "../support/redis-server.js";
import { answerOf, ask, type Bot, openWay, other, tinyCommands, until, type Way } from "../support/way.js";

let way: Way;
let bot: Bot;
beforeEach(async () => {
  way = await openWay(["eu1", "eu2"]);
  bot = await way.bot({ commands: new Map([...tinyCommands(way.doing), ["cancel", cancel]]) });
});
afterEach(() => way.end());

async function recorded(): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const { text } of linksOf(createChain(bot.links, "_bot", "audit"))) {
    const record = readRecord(text);
    if (record !== null) entries.push(record.entry);
  }
  return entries;
}

const brief = ({ what, line, clusters, code }: AuditEntry): string => `${what} ${line} [${clusters.join(",")}] ${code}`;

test("a request, its answers and who asked are in the record, in one whole chain", async () => {
  await way.worker("eu1", "w1");
  await way.worker("eu2", "w2");
  const request = way.request("ping --cluster all");
  await ask(bot, request);
  await answerOf(bot, request);
  await until(async () => (await recorded()).length === 3);

  const entries = await recorded();

  expect(entries.map(brief)).toEqual([
    "asked ping --cluster all [eu1,eu2] queued",
    expect.stringMatching(/^answered ping --cluster all \[eu[12]\] ok$/),
    expect.stringMatching(/^answered ping --cluster all \[eu[12]\] ok$/),
  ]);
  expect(entries[1]).toMatchObject({
    request: request.id,
    actor: "slack:T1/U1",
    channel: "C1",
    worker: expect.stringMatching(/^w[12]$/),
    ms: expect.any(Number),
  });
  const chain = createChain(bot.links, "_bot", "audit");
  expect(await verify({ anchor: null, links: linksOf(chain) }, { keys: [way.keys.bot.publicKey], heads: [] })).toMatchObject({
    problems: [],
  });
});

test("what is refused is recorded too, as it was typed, without the secrets in it", async () => {
  await way.worker("eu1", "w1");
  const lines = ["pong --password=hunter2secret", "raw 12345678-1", "ping --cluster eu2", "who"];

  for (const line of lines) await ask(bot, way.request(line, { actor: other }));

  const entries = await recorded();
  expect(entries.map(brief)).toEqual([
    "asked pong --password=[secret] [] unknown_command",
    "asked raw 12345678-1 [] denied",
    "asked ping --cluster eu2 [eu2] no_worker",
    "asked who [] shown",
  ]);
  expect(entries[1]?.reason).toContain("role operator is needed");
});

test("a cancel, a refused one and what came of it are recorded", async () => {
  await way.worker("eu1", "w1");
  const request = way.request("ping --ms 20000 --cluster eu1");
  await ask(bot, request);
  await until(() => way.doing.runs.length === 1);

  await bot.dispatch.cancel(request.id, other, request.place);
  await ask(bot, way.request(`cancel ${request.id}`));
  await answerOf(bot, request);
  await until(async () => (await recorded()).some(({ what }) => what === "answered"));

  const about = (await recorded()).filter((entry) => entry.request === request.id);
  expect(about.map(({ what, actor, code }) => `${what} ${actor} ${code}`)).toEqual([
    "asked slack:T1/U1 queued",
    "cancel slack:T1/U2 denied",
    "cancel slack:T1/U1 asked to stop",
    "answered slack:T1/U1 cancelled",
  ]);
});

test("no cluster is asked for what cannot be recorded; help and refusals are given all the same", async () => {
  await way.worker("eu1", "w1");
  const broken = {
    append: () => Promise.reject(fail("queue_unavailable", "appending to audit: redis is out of memory")),
    close: async () => {},
  };
  const blind = await way.bot({ audit: broken });

  const asked = await ask(blind, way.request("ping --cluster eu1"));
  const shown = await ask(blind, way.request("clusters"));
  const help = await ask(blind, way.request("who"));
  const refused = await ask(blind, way.request("nonsense"));
  await new Promise((resolve) => setTimeout(resolve, 300));

  expect(asked.show.verdict.text).toContain("appending to audit: redis is out of memory");
  expect(shown.show.verdict.text).toContain("appending to audit");
  expect(help.show.verdict.text).toBe("you are U1");
  expect(refused.show.verdict.text).toContain("unknown command");
  expect(way.doing.runs).toEqual([]);
});

test("an answer whose bot died before it was recorded is recorded by another one, once", async () => {
  await way.worker("eu1", "w1");
  const request = way.request("ping --cluster eu1");
  await ask(bot, request);
  await answerOf(bot, request);
  await until(async () => (await recorded()).length === 2);
  await bot.links.producer.zadd("test:_bot:unrecorded", Date.now() - 1000, `${request.id}-1`);

  await until(async () => (await recorded()).length === 3);
  await until(async () => (await bot.links.producer.zcard("test:_bot:unrecorded")) === 0);

  expect((await recorded()).map(({ what }) => what)).toEqual(["asked", "answered", "answered"]);
});

test("the worker keeps on its disk where the record ended, so a record cut in redis is found out", async () => {
  const folder = mkdtempSync(join(tmpdir(), "state-"));
  try {
    const keeper = createHeadKeeper(folder, "eu1-w1", quiet);
    await way.worker("eu1", "w1", { keepHead: keeper.keep });
    const request = way.request("ping --cluster eu1");
    await ask(bot, request);
    await answerOf(bot, request);
    await keeper.close();
    const chain = createChain(bot.links, "_bot", "audit");
    const look = async () =>
      verify({ anchor: null, links: linksOf(chain) }, { keys: [way.keys.bot.publicKey], heads: await keptHeads(folder) });
    const whole = await look();

    await bot.links.producer.del("test:_bot:audit");

    expect(whole.problems).toEqual([]);
    expect((await look()).problems).toEqual([expect.stringContaining("its tail was cut")]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
