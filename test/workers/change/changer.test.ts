import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { fail } from "../../../src/contract/failure.js";
import { type Bench, type Bending, openBench, openSite, planOf, policy, type Site, signer, stepOf } from "../../support/changes.js";
import { until } from "../../support/way.js";

let site: Site;
const benches: Bench[] = [];
let number = 0;

beforeAll(async () => {
  site = await openSite();
}, 20_000);
afterAll(() => site.end());
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.close()));
});

async function bench(bent: Bending = {}): Promise<Bench> {
  const made = await openBench(site, { name: `lab-${++number}`, ...bent });
  benches.push(made);
  return made;
}

const fresh = (spec?: Record<string, unknown>) => policy(`p-${++number}`, spec);
const terms = { approvers: 1, self: false, window: 60_000, ends: "revert" as const };
const brief = { ...terms, window: 150 };

describe("an approved change", () => {
  test("is applied as it was planned, and told with its end", async () => {
    const { run, news, calicoctl } = await bench();
    const [made, changed, gone] = [fresh(), fresh(), fresh()];
    await site.put(changed);
    await site.put(gone);
    const other = { ...changed, spec: { selector: "all()", types: ["Ingress"] } };
    const plan = planOf([stepOf(made, null), stepOf(other, await site.get(changed)), stepOf(null, await site.get(gone))]);

    await run(plan);

    expect(await site.get(made)).not.toBeNull();
    expect((await site.get(changed))?.value.spec).toMatchObject({ types: ["Ingress"] });
    expect(await site.get(gone)).toBeNull();
    expect(calicoctl.writes).toHaveLength(3);
    expect(news.map(({ state }) => state)).toEqual(["running", "applied"]);
    expect(news.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(news[1]?.ends).toBeGreaterThan(Date.now() + 50_000);
    expect(news[1]?.objects.map(({ fate }) => fate)).toEqual(["applied", "applied", "applied"]);
  });

  test("is put back when nobody keeps it in time, each object as it was", async () => {
    const { run, news, state } = await bench();
    const [made, changed, gone] = [fresh(), fresh(), fresh()];
    await site.put(changed);
    await site.put(gone);
    const other = { ...changed, spec: { selector: "all()", types: ["Ingress"] } };
    const steps = [stepOf(made, null), stepOf(other, await site.get(changed)), stepOf(null, await site.get(gone))];
    const plan = planOf(steps, { terms: brief });

    await run(plan);
    await until(() => state(plan) === "reverted");

    expect(await site.get(made)).toBeNull();
    expect((await site.get(changed))?.value.spec).toMatchObject({ types: ["Egress"] });
    expect((await site.get(gone))?.value.spec).toMatchObject({ types: ["Egress"] });
    expect(news.at(-1)).toMatchObject({ ends: null, note: "nobody kept it in time" });
    expect(news.at(-1)?.objects.map(({ fate }) => fate)).toEqual(["put_back", "put_back", "put_back"]);
  });

  test("stays when somebody keeps it", async () => {
    const { run, changer, state, news } = await bench();
    const made = fresh();
    const plan = planOf([stepOf(made, null)], { terms: { ...terms, window: 300 } });
    await run(plan);

    await changer.order(signer(site).order(plan.id, "keep"));
    await new Promise((resolve) => setTimeout(resolve, 500));

    expect(state(plan)).toBe("kept");
    expect(news.at(-1)).toMatchObject({ note: "slack:T1/UBEN kept it", ends: null });
    expect(await site.get(made)).not.toBeNull();
  });

  test("that undoes another stays at the end of its window, unless somebody reverts it before", async () => {
    const { run, changer, state, news } = await bench();
    const [first, second] = [fresh(), fresh()];
    const long = { ...terms, ends: "stays" as const };
    const staying = planOf([stepOf(first, null)], { terms: { ...long, window: 300 } });
    const reverted = planOf([stepOf(second, null)], { terms: long });

    await run(staying);
    await run(reverted);
    await changer.order(signer(site).order(reverted.id, "revert"));
    await until(() => state(staying) === "kept" && state(reverted) === "reverted");

    expect(news.findLast(({ change }) => change === staying.id)).toMatchObject({ note: "nobody wanted it reverted", ends: null });
    expect(await site.get(first)).not.toBeNull();
    expect(await site.get(second)).toBeNull();
  });

  test("gets more time, each order once, and is reverted when somebody says so", async () => {
    const { run, changer, state, news } = await bench();
    const made = fresh();
    const plan = planOf([stepOf(made, null)]);
    await run(plan);
    const first = news.at(-1)?.ends ?? 0;
    const more = signer(site).order(plan.id, "extend", { by: 600_000 });

    await changer.order(more);
    await changer.order(more);
    expect(news.findLast(({ note }) => note !== null)).toMatchObject({
      state: "applied",
      ends: first + 600_000,
      note: "slack:T1/UBEN gave it 10 min more",
    });

    await changer.order(signer(site).order(plan.id, "revert"));
    await until(() => state(plan) === "reverted");
    expect(await site.get(made)).toBeNull();

    await changer.order(signer(site).order(plan.id, "keep"));
    expect(news.at(-1)).toMatchObject({ state: "reverted", note: "slack:T1/UBEN wanted to keep it, but it was reverted already" });
  });

  test("of which a step fails half-way is put back as a whole, with the fate of each object", async () => {
    const { run, news } = await bench({
      around: {
        before: (how, key) => {
          if (how === "create" && key.endsWith("-bad")) throw fail("invalid_manifest", "error with field Selector");
        },
      },
    });
    const [first, bad, last] = [fresh(), policy(`p-${++number}-bad`), fresh()];
    const plan = planOf([stepOf(first, null), stepOf(bad, null), stepOf(last, null)]);

    await run(plan);

    expect(news.at(-1)).toMatchObject({ state: "failed", note: `GlobalNetworkPolicy ${bad.metadata.name}: error with field Selector` });
    expect(news.at(-1)?.objects.map(({ fate }) => fate)).toEqual(["put_back", "failed", "untouched"]);
    expect(await site.get(first)).toBeNull();
  });

  test("is stale when an object has moved since it was planned", async () => {
    const { run, news, calicoctl } = await bench();
    const changed = fresh();
    await site.put(changed);
    const plan = planOf([stepOf({ ...changed, spec: { selector: "has(x)" } }, await site.get(changed))]);
    await site.put({ ...changed, spec: { selector: "has(y)" } });

    await run(plan);

    expect(news.map(({ state }) => state)).toEqual(["stale"]);
    expect(calicoctl.writes).toEqual([]);
  });

  test("is stale when it would do something else to traffic by now", async () => {
    const { run, news, calicoctl } = await bench({ planAgain: () => Promise.resolve("it cuts 40 VMs more than was approved") });

    await run(planOf([stepOf(fresh(), null)]));

    expect(news).toEqual([expect.objectContaining({ state: "stale", note: "it cuts 40 VMs more than was approved" })]);
    expect(calicoctl.writes).toEqual([]);
  });
});

describe("putting back", () => {
  test("leaves what somebody else wrote meanwhile, says so, and puts back the rest", async () => {
    const { run, news, state } = await bench();
    const [mine, theirs] = [fresh(), fresh()];
    const plan = planOf([stepOf(mine, null), stepOf(theirs, null)], { terms: brief });
    await run(plan);
    await site.put({ ...theirs, spec: { selector: "has(theirs)" } });

    await until(() => state(plan) === "revert_conflict");

    expect(news.at(-1)?.objects.map(({ fate }) => fate)).toEqual(["put_back", "conflict"]);
    expect(await site.get(mine)).toBeNull();
    expect((await site.get(theirs))?.value.spec).toMatchObject({ selector: "has(theirs)" });
  });

  test("goes on until etcd is back, and tells when it is not and when it is done", async () => {
    const { run, news, state } = await bench();
    const made = fresh();
    const plan = planOf([stepOf(made, null)], { terms: { ...terms, window: 400 } });
    await run(plan);
    await site.etcd.kill();

    await until(() => /could not be put back yet/.test(news.at(-1)?.note ?? ""), 5000);
    expect(state(plan)).toBe("applied");
    await site.etcd.again();
    await until(() => state(plan) === "reverted", 10_000);

    expect(await site.get(made)).toBeNull();
  });
});
