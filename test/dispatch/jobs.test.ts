import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import cancel from "../../commands/cancel.js";
import jobs from "../../commands/jobs.js";
import type { Actor } from "../../src/contract/actor.js";
import type { View } from "../../src/contract/view.js";
import type { Request } from "../../src/dispatch/ports.js";
import { answerOf, ask, type Bot, openWay, other, tinyCommands, until, type Way } from "../support/way.js";

let way: Way;
let bot: Bot;
beforeEach(async () => {
  way = await openWay();
  bot = await way.bot({ commands: commands() });
});
afterEach(() => way.end());

const commands = () => new Map([...tinyCommands(way.doing), ["jobs", jobs], ["cancel", cancel]] as const);

async function said(line: string, change: Partial<Request> = {}): Promise<View> {
  return (await ask(bot, way.request(line, change))).show;
}

function rows(card: View): string[][] {
  return card.sections.flatMap((section) => (section.kind === "table" ? section.rows : []));
}

describe("jobs", () => {
  test("names what runs with its worker, what waits, and what was answered how", async () => {
    const worker = await way.worker("eu1", "w1", { concurrency: 1 });
    const done = way.request("ping gone");
    await ask(bot, done);
    await answerOf(bot, done);
    await ask(bot, way.request("ping --ms 1500"));
    await until(() => worker.executor.running() === 1);
    await ask(bot, way.request("ping later"));
    await until(async () => rows(await said("jobs")).some(([state]) => state === "running"));

    const card = await said("jobs");

    expect(card.verdict.text).toBe("1 running, 1 waiting");
    expect(rows(card).map(([state, line, cluster, who, where, , by]) => [state, line, cluster, who, where, by])).toEqual([
      ["waiting", "ping later", "eu1", "slack:T1/U1", "here", "-"],
      ["running", "ping --ms 1500", "eu1", "slack:T1/U1", "here", "w1"],
      ["answered unreachable", "ping gone", "eu1", "slack:T1/U1", "here", "w1"],
    ]);
    expect(card.actions[0]?.line).toBe(`cancel ${rows(card)[0]?.[7]}`);
  });

  test("shows nothing of a cluster that does not answer in the channel", async () => {
    await way.worker("eu1", "w1");
    const request = way.request("ping");
    await ask(bot, request);
    await answerOf(bot, request);
    const elsewhere = await way.bot({
      commands: commands(),
      standing: () => ({ id: "U1", name: null, roles: ["viewer"], clusters: [], channel: "C2", detail: "full", refusal: null }),
    });

    const { show } = await ask(elsewhere, way.request("jobs --all"));

    expect(show.verdict.text).toBe("nothing runs and nothing waits");
    expect(JSON.stringify(show)).not.toContain(request.id);
  });

  test("believes no request and no answer that the bots have not signed", async () => {
    await way.worker("eu1", "w1");
    const request = way.request("ping --ms 800");
    await ask(bot, request);
    const { producer } = bot.links;
    const kept = JSON.parse((await producer.get(`test:_bot:request:${request.id}`)) ?? "") as { payload: string };
    await producer.set(
      "test:_bot:request:forged-12",
      JSON.stringify({ ...kept, payload: kept.payload.replaceAll(request.id, "forged-12") }),
    );
    await producer.zadd("test:_bot:asked", Date.now(), "forged-12");
    await producer.set(`test:_bot:answer:${request.id}-1`, JSON.stringify({ ok: true, worker: "forger" }), "PX", 60_000);

    const card = await said("jobs");

    expect(rows(card)).toHaveLength(1);
    expect(JSON.stringify(card)).not.toMatch(/forge/);
    expect(rows(card)[0]?.[0]).not.toContain("answered");
  });
});

describe("cancel", () => {
  const running = async (): Promise<Request> => {
    await way.worker("eu1", "w1");
    const request = way.request("ping --ms 20000");
    await ask(bot, request);
    await until(() => way.doing.runs.length === 1);
    return request;
  };

  test.each([
    ["a request", ""],
    ["a job", "-1"],
  ])("stops the work behind the id of %s, and the request is answered with that", async (_, suffix) => {
    const request = await running();

    const card = await said(`cancel ${request.id}${suffix}`);

    expect(card.verdict.text).toBe("cancelling `ping --ms 20000` on eu1");
    expect((await answerOf(bot, request)).view.failure).toBe("cancelled");
    expect(way.doing.aborted).toEqual(["eu1"]);
  });

  test("of somebody else's request is for operators", async () => {
    way.roles["U3"] = "viewer";
    const viewer: Actor = { kind: "slack", team: "T1", user: "U3", bot: false, foreign: false };
    const request = await running();

    const refused = await said(`cancel ${request.id}`, { actor: viewer });
    const before = way.doing.aborted.length;
    way.roles["U2"] = "operator";
    const done = await said(`cancel ${request.id}`, { actor: other });

    expect(refused.verdict.text).toBe("not allowed: only who asked, or an operator, may cancel this");
    expect(before).toBe(0);
    expect(done.verdict.text).toContain("cancelling");
    await until(() => way.doing.aborted.length === 1);
  });

  test("of what is answered says so", async () => {
    await way.worker("eu1", "w1");
    const request = way.request("ping");
    await ask(bot, request);
    await answerOf(bot, request);

    expect((await said(`cancel ${request.id}-1`)).verdict.text).toBe("already answered: there is nothing left to cancel");
  });

  test("of a mistyped id offers the nearest that runs", async () => {
    const request = await running();

    const card = await said(`cancel ${request.id.replace("request", "reqeust")}-1`);

    expect(card.verdict).toMatchObject({ text: expect.stringContaining("not found"), detail: `did you mean \`cancel ${request.id}-1\`?` });
    expect(way.doing.aborted).toEqual([]);
  });

  test("of an unknown id offers nothing that is to be seen elsewhere only", async () => {
    const request = await running();
    const elsewhere = await way.bot({
      commands: commands(),
      standing: () => ({ id: "U1", name: null, roles: ["viewer"], clusters: [], channel: "C2", detail: "full", refusal: null }),
    });

    const { show } = await ask(elsewhere, way.request("cancel reqeust-99"));

    expect(JSON.stringify(show)).not.toContain(request.id);
    expect(show.verdict.detail).toContain("nothing runs that could be cancelled here");
  });
});
