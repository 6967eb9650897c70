import { afterEach, describe, expect, test } from "@jest/globals";
import { answerOf, ask, openWay, other, until, type Way } from "../support/way.js";

let way: Way;
afterEach(() => way.end());

describe("one bot, one worker", () => {
  test("a line goes to the worker and its answer replaces the progress card, in one message", async () => {
    way = await openWay();
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request("ping slow");

    const submitted = await ask(bot, request);
    const answer = await answerOf(bot, request);

    expect(submitted).toMatchObject({ duplicate: false, jobs: [`${request.id}-1`], onlyFor: false });
    expect(answer.view.verdict).toEqual({ light: "ok", text: "eu1: pong from eu1" });
    expect(answer.view.again).toBe("ping slow");
    expect(answer.view.footer.join()).toContain(`id ${request.id}-1`);
    expect(bot.notes.messages.size).toBe(1);
    const texts = answer.history.map((card) => card.verdict.text);
    expect(texts[0]).toBe("asking hosts");
    expect(texts).toEqual(expect.arrayContaining([expect.stringMatching(/^asking hosts: [1-4] of 4$/)]));
  });

  test("the same delivery a second time is a duplicate and runs nothing", async () => {
    way = await openWay();
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request("ping");

    await ask(bot, request);
    await answerOf(bot, request);
    const again = await ask(bot, request);

    expect(again).toMatchObject({ duplicate: true, jobs: [] });
    expect(way.doing.runs).toHaveLength(1);
    expect(bot.notes.messages.size).toBe(1);
  });

  test("failures of the command are shown with their hint, and inner texts are not", async () => {
    way = await openWay();
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const gone = way.request("ping gone");
    const boom = way.request("ping boom");
    const shape = way.request("ping shape");

    await Promise.all([ask(bot, gone), ask(bot, boom), ask(bot, shape)]);

    const card = (await answerOf(bot, gone)).view;
    expect(card.verdict).toMatchObject({ light: "bad", text: "no connection: h1 does not answer" });
    expect(card.actions).toEqual([{ label: "Try again", line: "ping gone" }]);
    expect(JSON.stringify((await answerOf(bot, boom)).view)).not.toContain("hunter2secret");
    expect((await answerOf(bot, shape)).view.verdict.text).toContain("declared shape");
  });

  test("raw output is kept, redacted, for operators and for nobody else", async () => {
    way = await openWay();
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request("ping");
    await ask(bot, request);
    await answerOf(bot, request);
    const raw = way.request(`raw ${request.id}-1`);
    const unknown = way.request("raw nothing-1");
    const viewer = way.request(`raw ${request.id}-1`, { actor: other });

    for (const one of [raw, unknown, viewer]) await ask(bot, one);

    const shown = (await answerOf(bot, raw)).view.verdict.text;
    expect(JSON.parse(shown)).toMatchObject({ line: "ping", cluster: "eu1", evidence: [{ where: "h1" }] });
    expect(shown).not.toContain("hunter2secret");
    expect((await answerOf(bot, unknown)).view.verdict.text).toContain("not found");
    expect(await answerOf(bot, viewer)).toMatchObject({ onlyFor: true, view: { verdict: { light: "warn" } } });
  });

  test("what the bot answers itself, usage and refusals need no worker", async () => {
    way = await openWay();
    const bot = await way.bot();
    const lines = ["who", "nonsense", "ping --colour red", "ping --cluster eu9", "change", "clusters"];
    const requests = lines.map((line) => way.request(line));

    for (const request of requests) await ask(bot, request);

    const texts = await Promise.all(requests.map(async (request) => (await answerOf(bot, request)).view.verdict.text));
    expect(texts).toEqual([
      "you are U1",
      expect.stringContaining("unknown command: `nonsense`"),
      expect.stringContaining("`--colour`"),
      expect.stringContaining("no cluster `eu9`"),
      expect.stringContaining("no worker of that cluster is alive"),
      expect.stringContaining('"name":"eu1"'),
    ]);
    const alone = [...bot.notes.messages.values()].map((message) => message.onlyFor);
    expect(alone).toEqual([true, true, true, true, false, false]);
    expect(way.doing.runs).toEqual([]);
  });

  test("somebody who is not served learns that, and not how commands are spelled", async () => {
    way = await openWay();
    const bot = await way.bot();
    const foreign = way.request("nonsense", { actor: { kind: "slack", team: "T9", user: "U9", bot: false, foreign: true } });

    const { show } = await ask(bot, foreign);

    expect(show.verdict.text).toBe("not allowed: people of other workspaces are not served");
    expect(JSON.stringify(show)).not.toContain("nonsense");
  });

  test("a channel without full detail gets numbers only", async () => {
    way = await openWay();
    way.detail = "counts";
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request("ping");

    await ask(bot, request);

    const { view } = await answerOf(bot, request);
    expect(view.footer.join()).toContain("numbers only");
    expect(view.actions.filter((action) => action.line.startsWith("raw"))).toEqual([]);
  });

  test("there neither the progress nor the line to repeat says which host was asked about; help is whole", async () => {
    way = await openWay();
    way.detail = "counts";
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request("host compute1");
    const who = way.request("who");

    await ask(bot, request);
    await ask(bot, who);

    expect(JSON.stringify((await answerOf(bot, request)).history)).not.toContain("compute1");
    expect((await answerOf(bot, who)).view).toMatchObject({ verdict: { text: "you are U1" }, footer: [] });
    expect([...bot.notes.messages.values()].map(({ view }) => view.again)).not.toContain("host compute1");
  });

  test("a message that cannot be edited is followed by one more, the answer", async () => {
    way = await openWay();
    const bot = await way.bot();
    bot.notes.editable = false;
    await way.worker("eu1", "w1");
    const request = way.request("ping slow");

    await ask(bot, request);
    await answerOf(bot, request);

    expect([...bot.notes.messages.values()].map((message) => message.mark.state)).toEqual(["working", "answered"]);
  });

  test("Refresh replaces the card that it was pressed on; a refused Refresh does not", async () => {
    way = await openWay();
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request("ping");
    await ask(bot, request);
    await answerOf(bot, request);
    const place = { ...request.place, replaces: "1" } as typeof request.place;

    const refused = way.request("nonsense", { place });
    await ask(bot, refused);
    expect(bot.notes.messages.get("1")?.mark.request).toBe(request.id);
    expect(bot.notes.messages.size).toBe(2);

    const refresh = way.request("ping", { place, via: "button" });
    await ask(bot, refresh);
    await answerOf(bot, refresh);
    expect(bot.notes.messages.get("1")?.mark.request).toBe(refresh.id);
    expect(bot.notes.messages.size).toBe(2);
  });
});

describe("several clusters", () => {
  test("a bare line of a command that runs everywhere is one card with a section each, worst first", async () => {
    way = await openWay(["eu1", "eu2"]);
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    await way.worker("eu2", "w2");
    const request = way.request("ping");

    const { jobs } = await ask(bot, request);
    const { view } = await answerOf(bot, request);

    expect(jobs).toHaveLength(2);
    expect(bot.notes.messages.size).toBe(1);
    expect(view.verdict).toEqual({ light: "bad", text: "eu2: pong from eu2", detail: "fine: eu1" });
    expect(view.sections.map((section) => section.title)).toEqual(["eu2", "eu1"]);
  });

  test("a cluster without a worker is a red part at once, the others are asked", async () => {
    way = await openWay(["eu1", "eu2"]);
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request("ping --cluster all");

    const { jobs } = await ask(bot, request);
    const { view } = await answerOf(bot, request);

    expect(jobs).toHaveLength(1);
    expect(view.verdict).toMatchObject({ light: "bad", text: expect.stringContaining("no worker of that cluster is alive: eu2") });
    expect(view.verdict.detail).toBe("fine: eu1");
  });

  test("one cluster may be named", async () => {
    way = await openWay(["eu1", "eu2"]);
    const bot = await way.bot();
    await way.worker("eu2", "w2");
    const request = way.request("ping --cluster eu2");

    await ask(bot, request);

    expect((await answerOf(bot, request)).view.verdict.text).toBe("eu2: pong from eu2");
  });
});

describe("clusters that do not answer in the channel", () => {
  async function card(line: string, change: { detail?: "counts"; answering?: string[] } = {}) {
    way = await openWay(["eu1", "eu2", "us1"]);
    way.answering = change.answering ?? ["eu1"];
    way.detail = change.detail ?? "full";
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request(line);
    const { jobs } = await ask(bot, request);
    return { jobs, ...(await answerOf(bot, request)).view };
  }
  const left = "not asked: eu2, us1, which do not answer here";

  test.each(["ping", "ping --cluster all", "host compute1 --cluster all", "seek eu1", "seek nothing"])(
    "are said to be left out of `%s`",
    async (line) => {
      const { jobs, footer } = await card(line);

      expect(jobs).toHaveLength(1);
      expect(footer).toContain(left);
    },
  );

  test("are said to be left out where several others answer, too", async () => {
    const { sections, footer } = await card("ping --cluster all", { answering: ["eu1", "eu2"] });

    expect(sections.map(({ title }) => title)).toEqual(["eu2", "eu1"]);
    expect(footer).toContain("not asked: us1, which does not answer here");
  });

  test("are no part of a line that means one cluster", async () => {
    expect((await card("ping --cluster eu1")).footer.join()).not.toContain("not asked");
    await way.end();
    expect((await card("host compute1")).footer.join()).not.toContain("not asked");
  });

  test.each(["ping", "ping --cluster all", "seek eu1"])("are a number where only numbers are shown, after `%s`", async (line) => {
    const shown = await card(line, { detail: "counts" });

    expect(shown.footer).toContain("not asked: 2 more clusters, which do not answer here");
    expect(JSON.stringify(shown)).not.toMatch(/eu2|us1/);
  });

  test("are not named where none answers", async () => {
    const { jobs, verdict } = await card("ping --cluster all", { answering: [], detail: "counts" });

    expect(jobs).toEqual([]);
    expect(verdict.text).toBe("not allowed: none of the clusters answers here");
  });
});

describe("a host that is named without its cluster", () => {
  const sites = {
    eu1: [{ name: "rr1", address: "10.0.0.1" }],
    eu2: [
      { name: "RR1", address: "10.2.0.1" },
      { name: "c7", address: "10.2.0.7" },
    ],
  };

  test("is asked where it is, whatever cluster comes first in the channel", async () => {
    way = await openWay(["eu1", "eu2"]);
    way.hosts = sites;
    const bot = await way.bot();
    await way.worker("eu2", "w2");
    const requests = ["host c7", "host 10.2.0.7"].map((line) => way.request(line));

    for (const request of requests) await ask(bot, request);

    const texts = await Promise.all(requests.map(async (request) => (await answerOf(bot, request)).view.verdict.text));
    expect(texts).toEqual(["c7 of eu2", "10.2.0.7 of eu2"]);
  });

  test("and is in two of them is asked about, with a button for each that keeps the line", async () => {
    way = await openWay(["eu1", "eu2"]);
    way.hosts = sites;
    const bot = await way.bot();
    const request = way.request("host rr1");

    const { jobs, show, onlyFor } = await ask(bot, request);

    expect({ jobs, onlyFor }).toEqual({ jobs: [], onlyFor: true });
    expect(show.verdict.text).toBe("more than one thing has that name: hosts of eu1 and eu2 have a name or address of `host rr1`");
    expect(show.actions).toEqual([
      { label: "eu1", line: "host rr1 --cluster eu1" },
      { label: "eu2", line: "host rr1 --cluster eu2" },
      { label: "all", line: "host rr1 --cluster all" },
    ]);
  });
});

describe("--private", () => {
  test("shows the answer to the asker alone, and its buttons stay private", async () => {
    way = await openWay();
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    const request = way.request("host compute1 --private");

    await ask(bot, request);
    const { view, onlyFor } = await answerOf(bot, request);

    expect([...bot.notes.messages.values()].map((message) => message.onlyFor)).not.toContain(false);
    expect(onlyFor).toBe(true);
    expect(view.verdict.text).toBe("compute1 of eu1");
    expect(view.again).toBe("host compute1 --private");
    expect(view.actions.map(({ line }) => line)).toEqual(["host compute1 --private", "ping --private"]);
  });

  test("holds for what the bot answers itself too", async () => {
    way = await openWay();
    const bot = await way.bot();

    expect(await ask(bot, way.request("clusters --private"))).toMatchObject({ onlyFor: true });
    expect(await ask(bot, way.request("clusters"))).toMatchObject({ onlyFor: false });
  });
});

describe("a name that is looked for without a cluster", () => {
  async function seek(line: string, change: { detail?: "counts" } = {}) {
    way = await openWay(["eu1", "eu2"]);
    way.detail = change.detail ?? "full";
    const bot = await way.bot();
    await way.worker("eu1", "w1");
    await way.worker("eu2", "w2");
    const request = way.request(line);
    await ask(bot, request);
    return (await answerOf(bot, request)).view;
  }

  test("and is in one of them is answered from there, and its buttons stay there", async () => {
    const card = await seek("seek eu2");

    expect(card.verdict).toEqual({ light: "ok", text: "it is a VM of eu2" });
    expect(card.footer).toContain("eu2 has it; not found in eu1");
    expect(card.actions.map(({ line }) => line)).toEqual(["seek eu2", "policies 10.0.0.1 --cluster eu2", expect.stringMatching(/^raw /)]);
    expect(card.again).toBe("seek eu2");
  });

  test("and is in both asks which, with a button and a line for each; neither is picked", async () => {
    const card = await seek("seek both");

    expect(card.verdict).toMatchObject({ light: "warn", text: "found in 2 clusters: eu1, eu2" });
    expect(card.actions).toEqual([
      { label: "eu1", line: "seek both --cluster eu1" },
      { label: "eu2", line: "seek both --cluster eu2" },
    ]);
    expect(card.sections).toEqual([
      {
        kind: "lines",
        title: "clusters that have it",
        lines: [
          { light: "ok", text: "eu1: it is a VM of eu1", detail: ["seek both --cluster eu1"] },
          { light: "ok", text: "eu2: it is a VM of eu2", detail: ["seek both --cluster eu2"] },
        ],
      },
    ]);
  });

  test("and is in one while the other cannot tell is answered, and the doubt is said", async () => {
    const card = await seek("seek half");

    expect(card.verdict).toEqual({ light: "unknown", text: "it is a VM of eu1" });
    expect(card.sections[0]).toMatchObject({
      lines: [{ light: "unknown", text: "eu2 may have it too: no connection: etcd does not answer" }],
    });
  });

  test("and is in none of them is one line", async () => {
    const card = await seek("seek nothing");

    expect(card.verdict).toMatchObject({ light: "warn", text: "not found in eu1, eu2" });
    expect(JSON.stringify(card.sections)).toContain("nothing in eu2 is `nothing`");
  });

  test("and of which one cluster has two counts as found there", async () => {
    expect((await seek("seek twice")).verdict.text).toContain("two VMs are called twice");
  });

  test("is told in numbers where only those are shown, without the names that were typed", async () => {
    const card = await seek("seek both", { detail: "counts" });

    expect(card.verdict.text).toBe("found in 2 clusters: eu1, eu2");
    expect(JSON.stringify(card.sections)).not.toContain("VM of");
  });

  test("with `--cluster all` shows all of them, one below the other", async () => {
    const card = await seek("seek both --cluster all");

    expect(card.verdict.text).toBe("2 clusters, nothing wrong");
    expect(card.sections.map(({ title }) => title)).toEqual(["eu1", "eu2"]);
  });
});

describe("two bots and two workers", () => {
  test("answer once when both bots get the same delivery", async () => {
    way = await openWay();
    const first = await way.bot();
    const bots = [first, await way.bot({ deliver: first.notes })] as const;
    await way.worker("eu1", "w1");
    await way.worker("eu1", "w2");
    const requests = Array.from({ length: 10 }, () => way.request("ping"));

    const taken = await Promise.all(requests.flatMap((request) => bots.map((bot) => ask(bot, request))));
    const shown = () => [...first.notes.messages.values()];
    await until(() => shown().filter((message) => message.mark.state === "answered").length >= 10);
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(taken.filter((one) => !one.duplicate)).toHaveLength(10);
    expect(way.doing.runs).toHaveLength(10);
    expect(
      shown()
        .map((message) => message.mark.request)
        .toSorted(),
    ).toEqual(requests.map((request) => request.id).toSorted());
  });
});
