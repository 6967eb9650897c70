import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Answer } from "../../../src/cluster/ask.js";
import type { Canary, ChangeRules } from "../../../src/cluster/changes.js";
import type { Cluster } from "../../../src/cluster/cluster.js";
import type { Connected } from "../../../src/cluster/host.js";
import { fail } from "../../../src/contract/failure.js";
import { type Bench, openBench, openSite, planOf, policy, type Site, signer, stepOf } from "../../support/changes.js";
import { fakeCluster } from "../../support/cluster.js";
import { until } from "../../support/way.js";

/** New connections that must still come about while a change may be put back. */
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

const yes: Answer<Connected> = { ok: true, value: { yes: true } };
const no: Answer<Connected> = { ok: true, value: { yes: false, why: "no answer in 2 s" } };
const untried: Answer<Connected> = { ok: false, failure: fail("unreachable", "compute1: no connection").failure };

/** A cluster with canaries, of which each does what it is told by its address: first before the change, then after it. */
function clusterWith(
  canaries: readonly Canary[],
  does: Record<string, Answer<Connected>[]>,
  canaryLoss = 2,
): { cluster: Cluster; tried: string[] } {
  const tried: string[] = [];
  const fake = fakeCluster();
  const connect: Cluster["host"]["connect"] = async (_host, { address, port }) => {
    const before = tried.filter((one) => one === `${address}:${port}`).length;
    tried.push(`${address}:${port}`);
    const answers = does[address] ?? [yes];
    return answers[Math.min(before, answers.length - 1)] ?? yes;
  };
  const changes = { canaries, canaryLoss } as unknown as ChangeRules;
  return { tried, cluster: { ...fake, etcd: site.reader, changes, host: { ...fake.host, connect } } };
}

async function bench(cluster: Cluster, name = `canaries-${++number}`): Promise<Bench> {
  const made = await openBench(site, { name, cluster });
  benches.push(made);
  return made;
}

const from = fakeCluster().hosts[0]?.name ?? "";
const canary = (to: string, port = 80): Canary => ({ from, to, port });
const three = ["10.1.0.1", "10.1.0.2", "10.1.0.3"].map((to) => canary(to));
const fresh = () => policy(`canary-${++number}`);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("a change", () => {
  test("that loses as many canaries as the configuration says is put back at once, and told why", async () => {
    const { cluster } = clusterWith(three, { "10.1.0.1": [yes, no], "10.1.0.2": [yes, no] });
    const { run, state, news } = await bench(cluster);
    const made = fresh();
    const plan = planOf([stepOf(made, null)]);

    await run(plan);
    await until(() => state(plan) === "reverted", 3000);

    expect(await site.get(made)).toBeNull();
    expect(news.at(-1)).toMatchObject({
      note: `2 of 3 canaries are lost: canary ${from} → 10.1.0.1:80 is lost: no answer in 2 s; canary ${from} → 10.1.0.2:80 is lost: no answer in 2 s`,
      watched: { canaries: { before: 3, now: 1, of: 3 } },
    });
  });

  test("that loses fewer stays, and what is lost is told", async () => {
    const { cluster } = clusterWith(three, { "10.1.0.1": [yes, no] });
    const { run, state, news } = await bench(cluster);
    const plan = planOf([stepOf(fresh(), null)]);

    await run(plan);
    await until(() => news.at(-1)?.watched !== null);
    await pause(300);

    expect(state(plan)).toBe("applied");
    expect(news.at(-1)?.watched).toEqual({
      canaries: { before: 3, now: 2, of: 3 },
      inside: [`canary ${from} → 10.1.0.1:80 is lost: no answer in 2 s`],
      outside: [],
    });
  });

  test("that loses the only one there is is put back", async () => {
    const { cluster } = clusterWith([canary("10.1.0.1")], { "10.1.0.1": [yes, no] });
    const { run, state } = await bench(cluster);
    const plan = planOf([stepOf(fresh(), null)]);

    await run(plan);

    await until(() => state(plan) === "reverted", 3000);
  });

  test("is not put back for a lost packet, nor for what did not work before, nor for what cannot be tried", async () => {
    const does = { "10.1.0.1": [yes, no, yes], "10.1.0.2": [no], "10.1.0.3": [yes, untried] };
    const { cluster } = clusterWith(three, does, 1);
    const { run, state, news } = await bench(cluster);
    const plan = planOf([stepOf(fresh(), null)]);

    await run(plan);
    await until(() => news.at(-1)?.watched !== null);
    await pause(300);

    expect(state(plan)).toBe("applied");
    expect(news.at(-1)?.watched).toMatchObject({
      canaries: { before: 2, now: 1, of: 3 },
      inside: [`canary ${from} → 10.1.0.3:80 could not be tried: compute1: no connection`],
    });
  });

  test("is compared with how it was before it, also after a restart", async () => {
    const { cluster } = clusterWith(three, {});
    const first = await bench(cluster, "canaries-restart");
    const plan = planOf([stepOf(fresh(), null)]);
    await first.run(plan);
    await until(() => first.news.at(-1)?.watched !== null);
    benches.splice(benches.indexOf(first), 1);
    await first.close();

    const later = clusterWith(three, { "10.1.0.1": [no], "10.1.0.2": [no] });
    const second = await bench(later.cluster, "canaries-restart");

    await until(() => second.state(plan) === "reverted", 3000);
  });

  test("that is kept is watched no more", async () => {
    const { cluster, tried } = clusterWith(three, {});
    const { run, changer } = await bench(cluster);
    const plan = planOf([stepOf(fresh(), null)]);
    await run(plan);
    await changer.order(signer(site).order(plan.id, "keep"));
    await pause(200);
    const so = tried.length;
    await pause(300);

    expect(tried.length).toBe(so);
  });
});

test("port 179 of a BGP speaker is never tried: it would reset the session", async () => {
  const speaker = fakeCluster().hosts[1]?.bgp[0] ?? "";
  const { cluster, tried } = clusterWith([canary(speaker, 179), canary(speaker, 22), canary("203.0.113.1", 179)], {});
  const { run } = await bench(cluster);

  await run(planOf([stepOf(fresh(), null)]));

  expect(new Set(tried)).toEqual(new Set([`${speaker}:22`, "203.0.113.1:179"]));
});
