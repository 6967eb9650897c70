import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { ChangeState, News } from "../../../src/contract/change.js";
import type { NewEntry } from "../../../workers/journal/entry.js";
import { type Journal, journalFile, openJournal } from "../../../workers/journal/journal.js";
import { stateOf } from "../../../workers/journal/record.js";
import { planOf, policy, stepOf } from "../../support/changes.js";

let folder: string;
const open: Journal[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-"));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((journal) => journal.close()));
  rmSync(folder, { recursive: true, force: true });
});

const place = () => ({ folder: join(folder, "state", "deep"), name: "lab-w1" });
async function opened(how: Parameters<typeof openJournal>[1] = {}): Promise<Journal> {
  const journal = await openJournal(place(), how);
  open.push(journal);
  return journal;
}
async function closed(journal: Journal): Promise<void> {
  open.splice(open.indexOf(journal), 1);
  await journal.close();
}
const text = (): string => readFileSync(journalFile(place()), "utf8");

const newsOf = (change: string, state: ChangeState, at = Date.now()): News => ({
  v: 1,
  change,
  revision: 1,
  cluster: "lab",
  worker: "w1",
  seq: 1,
  state,
  at,
  ends: null,
  objects: [],
  inForce: null,
  watched: null,
  note: null,
});

/** All that a change leaves in the journal, but its end. */
function story(): { id: string; entries: NewEntry[] } {
  const plan = planOf([stepOf(policy("a"), null), stepOf(policy("b"), null)]);
  const of = { at: 5, change: plan.id };
  const entries: NewEntry[] = [
    { t: "claimed", at: 4, plan, emergency: null, used: [{ id: `plan:${plan.id}`, until: Date.now() + 60_000 }] },
    { t: "armed", ...of, deadline: 1000 },
    { t: "intent", ...of, step: 0, way: "apply" },
    { t: "result", ...of, step: 0, way: "apply", fate: "done", revision: 12, note: null },
    { t: "intent", ...of, step: 1, way: "apply" },
  ];
  return { id: plan.id, entries };
}

describe("a journal", () => {
  test("says after a restart what was written before it", async () => {
    const journal = await opened();
    const { id, entries } = story();
    for (const entry of entries) await journal.append(() => entry);
    await closed(journal);

    const again = await opened();

    expect(again.state).toEqual(journal.state);
    expect(again.state.changes.get(id)).toMatchObject({
      deadline: 1000,
      steps: [{ apply: { state: "done", revision: 12 } }, { apply: { state: "intent" } }],
    });
    expect([...again.state.used.keys()]).toEqual([`plan:${id}`]);
  });

  test("cuts off a last line that a crash has torn, and goes on behind the line before it", async () => {
    const journal = await opened();
    const { id, entries } = story();
    for (const entry of entries) await journal.append(() => entry);
    await closed(journal);
    const whole = text();
    writeFileSync(journalFile(place()), whole.slice(0, -20));

    const again = await opened();

    expect(again.state.changes.get(id)?.steps[1]?.apply.state).toBe("none");
    await again.append(() => ({ t: "armed", at: 6, change: id, deadline: 2000 }));
    expect(
      text()
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => (JSON.parse(line) as { t: string }).t),
    ).toEqual(["claimed", "armed", "intent", "result", "armed"]);
  });

  test.each(["not json", '{"t":"armed","at":1,"change":"c-unknown","deadline":1}', '{"t":"later","at":1}'])(
    "with a line in it that cannot be understood is not opened: %s",
    async (line) => {
      await closed(await opened());
      appendFileSync(journalFile(place()), `${line}\n${JSON.stringify({ t: "used", at: 1, used: [] })}\n`);
      const before = text();

      await expect(openJournal(place())).rejects.toMatchObject({
        failure: { code: "internal", message: expect.stringContaining("line 1") },
      });

      expect(text()).toBe(before);
    },
  );

  test("belongs to one process at a time", async () => {
    const first = await opened();

    await expect(openJournal(place())).rejects.toMatchObject({ failure: { code: "busy" } });

    await closed(first);
    await opened();
  });

  test("gives each entry the state that those before it have left", async () => {
    const journal = await opened();
    const plan = planOf([stepOf(policy("a"), null)]);
    const claim = () =>
      journal.append(({ changes }) => (changes.has(plan.id) ? null : { t: "claimed" as const, at: 1, plan, emergency: null }));

    const claimed = await Promise.all([claim(), claim(), claim()]);

    expect(claimed.map((one) => one !== null)).toEqual([true, false, false]);
  });

  test("is written anew when it is large, with what is open and the newest 200 that are closed", async () => {
    const journal = await opened({ biggest: 500_000 });
    const { id, entries } = story();
    for (const entry of entries) await journal.append(() => entry);
    for (let n = 0; n < 900; n++) {
      const plan = planOf([stepOf(policy("a"), null)]);
      const until = n % 2 === 0 ? Date.now() + 60_000 : 1;
      await journal.append(() => ({ t: "claimed", at: n, plan, emergency: null, used: [{ id: `plan:${n}`, until }] }));
      await journal.append(() => ({ t: "news", at: n, news: newsOf(plan.id, "kept") }));
    }
    await closed(journal);

    const again = await opened();

    expect(again.state).toEqual(journal.state);
    expect(text().length).toBeLessThan(500_000);
    expect(again.state.changes.get(id)?.steps[0]?.apply.state).toBe("done");
    expect(again.state.changes.size).toBeLessThan(900);
    const newest = [...again.state.changes.values()].filter((record) => stateOf(record) === "kept").map(({ claimed }) => claimed);
    expect(newest.slice(-200)).toEqual(Array.from({ length: 200 }, (_, n) => 700 + n));
    expect(again.state.used.has("plan:898")).toBe(true);
    expect(again.state.used.has("plan:1")).toBe(false);
  });

  test("that cannot be written takes nothing, but for what counts in any case", async () => {
    const journal = await opened();
    const { id, entries } = story();
    for (const entry of entries) await journal.append(() => entry);
    open.splice(open.indexOf(journal), 1);
    await journal.close();

    await expect(journal.append(() => ({ t: "armed", at: 6, change: id, deadline: 3000 }))).rejects.toMatchObject({
      failure: { code: "internal" },
    });
    expect(journal.state.changes.get(id)?.deadline).toBe(1000);
    await journal.append(() => ({ t: "armed", at: 6, change: id, deadline: 4000 }), { anyway: true });
    expect(journal.state.changes.get(id)?.deadline).toBe(4000);
  });
});
