import { describe, expect, test } from "@jest/globals";
import changes from "../../commands/changes.js";
import { kindOf, objectKey } from "../../src/calico/kinds.js";
import type { Historian, History, Write } from "../../src/cluster/history.js";
import type { Done, WorkerCommand } from "../../src/command/define.js";
import type { View } from "../../src/contract/view.js";
import { countsOnly } from "../../src/dispatch/counts.js";
import { lines, rows } from "../support/card.js";
import { planOf, policy, stepOf } from "../support/changes.js";
import { fakeCluster } from "../support/cluster.js";
import { now } from "../support/facts.js";

const [minute, hour] = [60_000, 3_600_000];
const quiet = { count: 0, before: 0, span: 0 };
const felixKey = objectKey(kindOf("FelixConfiguration"), "default");
const write = (change: Partial<Write> = {}): Write => ({
  ...{ key: felixKey, action: "update", revision: 9, at: now - 26 * minute, fields: ["logSeverityScreen"], stored: "{}", late: false },
  ...change,
});
const seen = (change: Partial<History> = {}): History => ({
  ...{ since: now - 5 * hour, gaps: [], trouble: null, writes: [], older: 0, groups: quiet, ports: quiet, starts: [], silences: [] },
  ...change,
});
const mail = policy("no-smtp");
const step = stepOf(mail, null);
const mine: Done = { plan: planOf([step], { made: now - 40 * minute }), state: "kept", at: now - 30 * minute };
const { id } = mine.plan;
const through = write({ key: step.key, action: "create", at: now - 35 * minute, fields: [], stored: step.after });

interface Told {
  history?: Historian | null;
  done?: readonly Done[];
  since?: number;
}
async function cardOf({ history = null, done, since }: Told): Promise<View> {
  const command = changes as WorkerCommand;
  const signal = AbortSignal.timeout(5000);
  const work = {
    signal,
    request: "r1",
    note: () => {},
    progress: () => {},
    document: null,
    now: () => now,
    ...(done && { done: () => done }),
  };
  const args = since === undefined ? {} : { since };
  const result = await command.run({ ...fakeCluster(), history }, args, work);
  const parsed = command.result.parse(JSON.parse(JSON.stringify(result)));
  return command.render(parsed, { cluster: "lab", line: "changes", job: "job-1", started: now, ended: now }, args);
}
const watched = (change: Partial<History>, done: readonly Done[] = [mine]): Promise<View> =>
  cardOf({ history: { since: async () => seen(change) }, done });

describe("changes", () => {
  const busy: Partial<History> = {
    writes: [write(), through],
    groups: { count: 412, before: 1520, span: 4 * hour },
    ports: { count: 30, before: 40, span: 4 * hour },
    starts: [1, 2, 3].map((i) => ({ region: "no-region", host: `c${i}`, at: now - i * minute })),
  };

  test("say how much of what, and who is suspect", async () => {
    const card = await watched(busy);

    expect(card.verdict).toEqual({
      light: "warn",
      text: "lab: 2 human changes, 412 tenant SG writes (normal 380/h), 3 felix restarts since 02:07 UTC",
      detail: "Suspect: FelixConfiguration default (logSeverityScreen) changed 02:41 UTC, not through the bot",
    });
    expect(rows(card)).toEqual([
      ["2026-01-02 02:41:12", "changed", "FelixConfiguration default", "logSeverityScreen", "not through the bot"],
      ["2026-01-02 02:32:12", "created", "GlobalNetworkPolicy no-smtp", "-", `UANNA, ${id}`],
    ]);
    expect(lines(card, "besides")).toEqual([
      "30 writes to VM ports (normal 10/h)",
      "felix restarted on 3 hosts: c1, c2, c3; last 03:06 UTC",
    ]);
    expect(card.footer).toEqual(["watched since 22:07 UTC; nothing is known before"]);
    expect(card.actions.map(({ label, line }) => [label, line])).toEqual([
      [id, `change ${id}`],
      ["Refresh", "changes"],
      ["Raw", "raw job-1"],
    ]);
  });

  test("ask the watch for as long as was asked for, an hour unless said", async () => {
    const asked: number[] = [];
    const history: Historian = { since: async (at) => (asked.push(at), seen()) };
    await cardOf({ history });
    await cardOf({ history, since: 4 * hour });

    expect(asked).toEqual([now - hour, now - 4 * hour]);
  });

  test("of the bot alone are calm, and the newest is named", async () => {
    const { verdict } = await watched({ writes: [through] });

    expect(verdict.light).toBe("ok");
    expect(verdict.text).toBe("lab: 1 human change, 0 tenant SG writes, 0 felix restarts since 02:07 UTC");
    expect(verdict.detail).toBe(`Nothing was written without the bot; newest through it: ${id} by UANNA, kept 02:37 UTC`);
  });

  test("that the journal knows and the watch does not are told, too, and counted once", async () => {
    const card = await watched({ since: now - 10 * minute });

    expect(card.verdict.detail).toMatch(/^Nothing that was seen was written without the bot; newest/);
    expect(card.verdict.text).toMatch(/^lab: 1 human change, .* since 02:57 UTC \(watched 10 min of 60 min\)$/);
    expect(rows(card)).toEqual([["2026-01-02 02:37:12", "kept", "create GlobalNetworkPolicy no-smtp", "-", `UANNA, ${id}`]]);
  });

  test.each([
    ["a staged policy", { key: objectKey(kindOf("StagedGlobalNetworkPolicy"), "s") }],
    ["what changed nothing", { fields: [] }],
  ])("suspect no write of %s, and list it", async (_, change) => {
    const card = await watched({ writes: [write(change)] }, []);

    expect(card.verdict).toMatchObject({ light: "ok", detail: "Nothing risky was written without the bot" });
    expect(rows(card)).toHaveLength(1);
  });

  test("suspect the newest and say how many more there are", async () => {
    const pool = write({ key: objectKey(kindOf("IPPool"), "p1"), action: "delete", fields: [], at: now - minute });
    const { verdict } = await watched({ writes: [pool, write(), write()] }, []);

    expect(verdict.detail).toBe("Suspect: IPPool p1 deleted 03:06 UTC, not through the bot; 2 more like it");
  });

  test("say when nobody watched, and that what was found then is older", async () => {
    const gap = { from: now - 50 * minute, to: now - 45 * minute };
    const card = await watched({ gaps: [gap], writes: [write({ late: true, at: gap.to })] }, []);

    expect(card.verdict.detail).toBe(
      "Suspect: FelixConfiguration default (logSeverityScreen) changed before 02:22 UTC, not through the bot",
    );
    expect(rows(card)[0]?.[0]).toBe("before 2026-01-02 02:22:12");
    expect(card.footer[1]).toBe("not watched from 02:17 UTC to 02:22 UTC (5 min): of several writes to one object the last is told");
  });

  test("are not known while etcd is down, and what was seen until then is told", async () => {
    const card = await watched({ gaps: [{ from: now - 5 * minute, to: null }], trouble: "10.0.0.10:2379 refused the connection" }, []);

    expect(card.verdict).toMatchObject({ light: "unknown", detail: "Nothing that was seen was written without the bot" });
    expect(card.footer).toContain("not watched since 03:02 UTC: 10.0.0.10:2379 refused the connection");
  });

  test("say when the watch never began", async () => {
    const card = await watched({ since: null, trouble: "etcd's keys are still being listed" });

    expect(card.verdict).toEqual({
      light: "unknown",
      text: "lab: 1 change through the bot since 02:07 UTC; the watch on etcd has not begun",
      detail: "What was written without the bot is not known",
    });
    expect(card.footer).toEqual(["nothing is watched yet: etcd's keys are still being listed"]);
  });

  test("are the journal's alone where nobody watches", async () => {
    const card = await cardOf({ done: [mine] });

    expect(card.verdict).toMatchObject({
      light: "unknown",
      text: "lab: 1 change through the bot since 02:07 UTC; etcd is not watched here",
    });
    expect(rows(card)).toHaveLength(1);
    expect(card.footer[0]).toContain("writes without the bot, tenants and restarts are missing");
    expect((await cardOf({ history: { since: async () => null }, done: [mine] })).verdict).toEqual(card.verdict);
  });

  test("are not known where there is neither watch nor journal", async () => {
    expect((await cardOf({})).verdict).toEqual({
      light: "unknown",
      text: "lab: what changed is not known here: no watch on etcd, no journal of changes",
      detail: "What was written without the bot is not known",
    });
  });

  test("of felix' configuration are told with the restarts right after them", async () => {
    const at = now - 26 * minute;
    const starts = [at + 3000, at + 4000, at + 2 * minute, at - 1000].map((one, i) => ({ region: "no-region", host: `c${i}`, at: one }));
    const tier = write({ key: objectKey(kindOf("Tier"), "default") });

    expect((await watched({ writes: [write()], starts })).verdict.detail).toMatch(
      /not through the bot; 2 felix restarts in the minute after$/,
    );
    expect((await watched({ writes: [tier], starts })).verdict.detail).toMatch(/not through the bot$/);
  });

  test("say that a worker without a journal cannot tell the bot's from others", async () => {
    const card = await cardOf({ history: { since: async () => seen({ writes: [through] }) } });

    expect(card.verdict.detail).toBe("Suspect: GlobalNetworkPolicy no-smtp created 02:32 UTC, not known whether through the bot");
    expect(card.footer).toContain("no journal of changes at hand: what the bot wrote is not told apart");
  });

  test("name hosts whose felix is silent, of this region only", async () => {
    const silences = [
      { region: "no-region", host: "c1", from: now - 9 * minute, to: null },
      { region: "no-region", host: "c2", from: now - 9 * minute, to: now - 8 * minute },
      { region: "region-other", host: "c3", from: now - 9 * minute, to: null },
    ];
    const card = await watched({ silences }, []);

    expect(card.verdict.light).toBe("warn");
    expect(lines(card, "besides")).toEqual(["0 writes to VM ports", "felix keys gone: c1 since 02:58 UTC", "felix keys gone and back: c2"]);
  });

  test("in plenty are a table of the newest and a CSV of all", async () => {
    const many = Array.from({ length: 60 }, (_, i) => write({ at: now - i * 1000, key: objectKey(kindOf("Tier"), `=t${i}`) }));
    const card = await watched({ writes: many, older: 7 }, []);

    expect(rows(card)).toHaveLength(25);
    expect(card.csv?.text.trim().split("\r\n")).toHaveLength(61);
    expect(card.csv?.text).toContain('"Tier =t59"');
    expect(card.footer).toEqual([
      "the newest 25 of 60 rows; all are in the CSV",
      "watched since 22:07 UTC; nothing is known before",
      "7 older writes not listed: ask for less time",
    ]);
  });

  test("show where only numbers are shown how many, and that it was not the bot", async () => {
    const { verdict, actions } = countsOnly(await watched(busy), { secret: ["c1"], open: ["lab"] });

    expect(verdict.text).toBe("lab: 2 human changes, 412 tenant SG writes (normal …), 3 felix restarts since 02:07 UTC");
    expect(verdict.detail).toBe("Suspect: FelixConfiguration default (…) changed 02:41 UTC, not through the bot");
    expect(actions.map(({ line }) => line)).toEqual(["changes"]);
  });
});
