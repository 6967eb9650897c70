import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { CalicoObject } from "../../../src/cluster/calicoctl.js";
import type { Etcd } from "../../../src/cluster/etcd.js";
import type { Step } from "../../../src/contract/plan.js";
import type { Journal } from "../../../workers/journal/journal.js";
import { isOpen } from "../../../workers/journal/record.js";
import { type Bench, type Bending, openBench, openSite, planOf, policy, type Site, stepOf } from "../../support/changes.js";
import { until } from "../../support/way.js";

/** Plans of any steps, in workers that vanish at any points one after the other, while somebody else may write too. */
let site: Site;
let number = 0;
beforeAll(async () => {
  site = await openSite();
}, 20_000);
afterAll(() => site.end());

const actions = fc.array(fc.constantFrom("create" as const, "update" as const, "delete" as const), { minLength: 1, maxLength: 4 });
const crashes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 3 });
/** Which object somebody else writes after the first crash. */
const foreign = fc.option(fc.nat({ max: 3 }), { freq: 2 });

interface Held {
  object: CalicoObject;
  step: Step;
  before: unknown;
}

async function objects(wanted: readonly Step["action"][]): Promise<Held[]> {
  const made: Held[] = [];
  for (const action of wanted) {
    const object = policy(`x-${++number}`);
    if (action !== "create") await site.put(object);
    const stored = await site.get(object);
    const after =
      action === "delete" ? null : action === "create" ? object : { ...object, spec: { selector: "all()", types: ["Ingress"] } };
    made.push({ object, step: stepOf(after, stored), before: stored?.value.spec ?? null });
  }
  return made;
}

/** A worker that vanishes at a point: from then on nothing that it began comes to an end, and nothing more reaches disk or etcd. */
function vanishing(at: number): { bent: Bending; gone: Promise<Journal | null> } {
  let points = 0;
  let over: (journal: Journal | null) => void = () => undefined;
  let opened: Journal | null = null;
  const gone = new Promise<Journal | null>((resolve) => {
    over = resolve;
  });
  const point = async (): Promise<void> => {
    if (++points < at) return;
    over(opened);
    await new Promise(() => {});
  };
  const around = async <T>(work: () => Promise<T>): Promise<T> => {
    await point();
    const done = await work();
    await point();
    return done;
  };
  const etcd: Etcd = { health: site.reader.health, read: (ranges, ask) => around(() => site.reader.read(ranges, ask)) };
  const journal = (real: Journal): Journal => {
    opened = real;
    return { ...real, append: (make, how) => around(() => real.append(make, how)) };
  };
  return { gone, bent: { etcd, journal, around: { before: point, after: point } } };
}

const settled = ({ journal }: Bench): boolean => ![...journal.state.changes.values()].some(isOpen);
const begun = ({ journal }: Bench): boolean => journal.state.changes.size > 0;

test("whatever is planned and wherever a worker vanishes, all is as it was before once the window is over", async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(actions, crashes, foreign, async (wanted, points, theirs) => {
      const held = await objects(wanted);
      const name = `random-${++number}`;
      const terms = { approvers: 1, self: false, window: 40, ends: "revert" as const };
      const plan = planOf(
        held.map(({ step }) => step),
        { terms },
      );
      const writes: string[] = [];
      let asked = false;
      for (const at of points) {
        const { bent, gone } = vanishing(at);
        const bench = await openBench(site, { name, ...bent });
        const first = !asked;
        if (first) void bench.run(plan).catch(() => undefined);
        asked = true;
        const ended = until(() => (!first || begun(bench)) && settled(bench), 20_000).then(() => bench.journal);
        const left = await Promise.race([gone, ended]);
        void bench.changer.stop();
        await left?.close();
        writes.push(...bench.calicoctl.writes);
        const target = theirs === null ? undefined : held[theirs];
        if (at === points[0] && target !== undefined) await site.put({ ...target.object, spec: { selector: "has(theirs)" } });
      }
      const last = await openBench(site, { name });
      if (!asked) await last.run(plan);
      await until(() => settled(last), 20_000);
      await last.close();
      writes.push(...last.calicoctl.writes);

      const state = last.journal.state.changes.get(plan.id)?.news?.state ?? "none";
      seen.set(state, (seen.get(state) ?? 0) + 1);
      for (const [i, { object, before, step }] of held.entries()) {
        const spec = (await site.get(object))?.value.spec ?? null;
        const wrote = points.length > 0 && i === theirs;
        expect({ state, spec }).toEqual({ state, spec: wrote ? expect.objectContaining({ selector: "has(theirs)" }) : before });
        const own = writes.filter((line) => line.endsWith(` ${step.key}`));
        expect(own.length).toBeLessThanOrEqual(2);
        if (step.action !== "update") expect(new Set(own).size).toBe(own.length);
      }
    }),
    { numRuns: 150 },
  );
  // Each way in which it can end was among them.
  expect([...seen.keys()]).toEqual(expect.arrayContaining(["reverted", "failed", "none", "revert_conflict"]));
}, 240_000);
