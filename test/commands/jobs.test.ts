import { expect, test } from "@jest/globals";
import jobs from "../../commands/jobs.js";
import type { Desk, JobEntry } from "../../src/command/desk.js";
import type { View } from "../../src/contract/view.js";

const minute = 60_000;
const job = (id: string, change: Partial<JobEntry>): JobEntry => ({
  id,
  line: "status",
  who: "ops",
  channel: null,
  cluster: "eu1",
  ageMs: 90 * minute,
  state: "answered",
  worker: "w1",
  outcome: "ok",
  answeredMs: 89 * minute,
  ...change,
});

function ask(known: JobEntry[], all: boolean): Promise<View> {
  if (jobs.on !== "bot") throw new Error("not a command of the bot");
  const desk = { jobs: () => Promise.resolve(known) } as unknown as Desk;
  return jobs.run(desk, { all }, { actor: { kind: "local", user: "ops" }, channel: null, document: null });
}

const ids = ({ sections }: View): (string | undefined)[] =>
  sections.flatMap((s) => (s.kind === "table" ? s.rows.map((row) => row[7]) : []));

const open = { state: "waiting", worker: null, outcome: null, answeredMs: null } as const;

test("answered jobs are shown for a quarter of an hour, and with --all as long as they are known", async () => {
  const known = [job("new-1", { answeredMs: 14 * minute }), job("old-1", { answeredMs: 16 * minute })];

  expect(ids(await ask(known, false))).toEqual(["new-1"]);
  expect(ids(await ask(known, true))).toEqual(["new-1", "old-1"]);
});

test("what is not answered stands first, however old, and its button cancels it", async () => {
  const card = await ask([job("done-1", { answeredMs: minute }), job("hung-1", open)], false);

  expect(card.verdict.text).toBe("0 running, 1 waiting");
  expect(ids(card)).toEqual(["hung-1", "done-1"]);
  expect(card.actions[0]).toMatchObject({ line: "cancel hung-1", style: "danger" });
});

test("nothing to show is said in one line, without an empty table", async () => {
  const card = await ask([], false);

  expect(card.verdict.text).toBe("nothing runs and nothing waits");
  expect(card.sections).toEqual([]);
});
