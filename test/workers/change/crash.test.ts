import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { build } from "esbuild";
import type { Approval } from "../../../src/contract/change.js";
import { journalFile } from "../../../workers/journal/journal.js";
import { lookInto } from "../../../workers/journal/read.js";
import { isOpen, stateOf } from "../../../workers/journal/record.js";
import type { Asked } from "../../support/changer-child.js";
import { ben, jobOf, openBench, openSite, planOf, policy, type Site, signer, stepOf } from "../../support/changes.js";
import { until } from "../../support/way.js";

/** A worker killed with SIGKILL at every await of a change, from its claim until it is put back. */
let site: Site;
let program: string;
beforeAll(async () => {
  site = await openSite();
  // Beside the modules that it imports.
  program = join(process.cwd(), "node_modules/.cache/changer-child", `${process.pid}.mjs`);
  mkdirSync(join(program, ".."), { recursive: true });
  const entry = join(process.cwd(), "test/support/changer-child.ts");
  await build({ entryPoints: [entry], outfile: program, bundle: true, packages: "external", format: "esm", platform: "node" });
}, 30_000);
afterAll(() => {
  site.end();
  rmSync(program, { force: true });
});

interface Ended {
  signal: string | null;
  code: number | null;
  said: string;
}

function run(asked: Asked): Promise<Ended> {
  const child = spawn(process.execPath, [program, JSON.stringify(asked)], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (data: Buffer) => {
    said += data.toString();
  });
  return new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal, said })));
}

/** A change of two objects that is reverted after a moment. */
async function given(name: string): Promise<Asked & { before: unknown; objects: [ReturnType<typeof policy>, ReturnType<typeof policy>] }> {
  const [made, changed] = [policy(`${name}-made`), policy(`${name}-changed`)];
  await site.put(changed);
  const stored = await site.get(changed);
  const other = { ...changed, spec: { selector: "all()", types: ["Ingress"] } };
  const terms = { approvers: 1, self: false, window: 150, ends: "revert" as const };
  const plan = planOf([stepOf(made, null), stepOf(other, stored)], { terms });
  const sign = signer(site);
  const approval: Approval = { plan: sign.plan(plan), votes: [sign.vote(plan, ben)], emergency: null };
  const { ground } = site;
  const writes = join(site.folder, `${name}.writes`);
  return { ground, name, job: jobOf(plan, approval), approval, dieAt: 0, writes, before: stored?.value.spec, objects: [made, changed] };
}

describe("a worker that is killed", () => {
  test("at any await leaves a change that was applied once or not at all, and that is put back", async () => {
    const whole = await given("whole");
    const { said, code } = await run(whole);
    expect(code).toBe(0);
    const points = Number(said);
    expect(points).toBeGreaterThan(30);
    expect(await left(whole)).toMatchObject({ states: ["reverted"] });

    const states = new Set<string>();
    await inParallel(2, points, async (n) => {
      const one = await given(`die-${n}`);
      const ended = await run({ ...one, dieAt: n });
      // Between two runs the last points may be one more or one fewer: news is sent beside the work.
      if (ended.signal === null) return;
      expect(ended.signal).toBe("SIGKILL");
      for (const state of (await settled(one)).states) states.add(state);
      await replayed(one);
    });
    // All ways in which it can end have been seen.
    expect([...states].toSorted()).toEqual(["failed", "none", "reverted"]);
  }, 180_000);
});

/** A second process takes the journal up; what is left is as it was before, and nothing was written twice. */
async function settled(one: Awaited<ReturnType<typeof given>>): ReturnType<typeof left> {
  const bench = await openBench(site, { name: one.name });
  await until(() => ![...bench.journal.state.changes.values()].some(isOpen));
  await bench.close();
  const found = await left(one);
  expect({ name: one.name, ...found, states: null }).toEqual({ name: one.name, states: null, made: null, spec: one.before, most: 1 });
  return found;
}

/** The same job again is not run, if it was claimed. */
async function replayed(one: Awaited<ReturnType<typeof given>>): Promise<void> {
  const bench = await openBench(site, { name: one.name });
  const known = bench.journal.state.changes.size > 0;
  if (known) await bench.changer.run(one.job, one.approval);
  await bench.close();
  expect(bench.calicoctl.writes).toEqual([]);
}

async function left({ name, objects: [made, changed], writes }: Awaited<ReturnType<typeof given>>) {
  const state = await lookInto(journalFile({ folder: site.folder, name }));
  const counts = new Map<string, number>();
  for (const line of lines(writes)) if (/^create|^replace/.test(line)) counts.set(line, (counts.get(line) ?? 0) + 1);
  const creates = [...counts].filter(([line]) => line.startsWith("create")).map(([, count]) => count);
  return {
    states: state === null || state.changes.size === 0 ? ["none"] : [...state.changes.values()].map(stateOf),
    made: await site.get(made),
    spec: (await site.get(changed))?.value.spec,
    most: Math.max(1, ...creates),
  };
}

function lines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").trim().split("\n");
  } catch {
    return [];
  }
}

async function inParallel(width: number, count: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 1;
  const lane = async (): Promise<void> => {
    while (next <= count) await work(next++);
  };
  await Promise.all(Array.from({ length: width }, lane));
}
