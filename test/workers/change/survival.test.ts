import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Etcd } from "../../../src/cluster/etcd.js";
import { fail } from "../../../src/contract/failure.js";
import { createClusterQueue } from "../../../src/queue/cluster-queue.js";
import { notices } from "../../../src/queue/lanes.js";
import { createSole } from "../../../src/queue/sole.js";
import { openJournal } from "../../../workers/journal/journal.js";
import { type Bench, type Bending, openBench, openSite, planOf, policy, type Site, stepOf } from "../../support/changes.js";
import { quiet, startRedis, type TestRedis } from "../../support/redis-server.js";
import { until } from "../../support/way.js";

let site: Site;
let redis: TestRedis;
const benches: Bench[] = [];
let number = 0;
beforeAll(async () => {
  [site, redis] = await Promise.all([openSite(), startRedis()]);
}, 20_000);
afterAll(async () => {
  site.end();
  await redis.stop();
});
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.close()));
});

async function bench(bent: Bending = {}): Promise<Bench> {
  const made = await openBench(site, { name: `survivor-${++number}`, ...bent });
  benches.push(made);
  return made;
}
const closed = (one: Bench): Promise<void> => {
  benches.splice(benches.indexOf(one), 1);
  return one.close();
};
const fresh = () => policy(`s-${++number}`);
const within = (window: number) => ({ approvers: 1, self: false, window, ends: "revert" as const });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("without redis", () => {
  test("a change is put back by its deadline, and that is told when redis is back", async () => {
    const queue = createClusterQueue(await redis.links(), "lab", quiet);
    const told: string[] = [];
    const hears = createClusterQueue(await redis.links(), "lab", quiet);
    hears.replies(notices, ({ raw }) => {
      const { state, seq } = JSON.parse((raw as { payload: string }).payload) as { state: string; seq: number };
      return Promise.resolve(void told.push(`${seq} ${state}`));
    });
    const { run } = await bench({ send: (envelope) => queue.reply(notices, envelope) });
    const made = fresh();
    const began = Date.now();
    await run(planOf([stepOf(made, null)], { terms: within(600) }));
    await until(() => told.includes("2 applied"));
    await redis.kill();

    await until(async () => (await site.get(made)) === null);
    expect(Date.now() - began).toBeLessThan(3000);

    await redis.start();
    await until(() => told.some((one) => one.endsWith("reverted")), 15_000);
  }, 40_000);
});

describe("cut off from redis, and so from the bot and from slack", () => {
  const times = 20;
  test(`each of ${times} changes is put back by its deadline`, async () => {
    const { run } = await bench({ send: () => new Promise(() => {}) });
    const made = Array.from({ length: times }, fresh);
    const began = Date.now();

    await Promise.all(made.map((one, i) => run(planOf([stepOf(one, null)], { terms: within(4000 + 50 * i) }))));
    expect(await Promise.all(made.map((one) => site.get(one)))).not.toContain(null);
    await until(async () => (await Promise.all(made.map((one) => site.get(one)))).every((one) => one === null), 25_000);

    expect(Date.now() - began).toBeGreaterThan(4000);
  }, 40_000);
});

describe("after a restart", () => {
  test("what was overdue meanwhile is put back at once, and what is not stays until its end", async () => {
    const first = await bench({ name: "overdue" });
    const [due, later] = [fresh(), fresh()];
    await first.run(planOf([stepOf(due, null)], { terms: within(300) }));
    await first.run(planOf([stepOf(later, null)]));
    await closed(first);
    await pause(400);
    expect(await site.get(due)).not.toBeNull();

    const second = await bench({ name: "overdue" });
    await until(async () => (await site.get(due)) === null, 2000);

    expect(await site.get(later)).not.toBeNull();
    await until(() => second.news.some(({ state }) => state === "reverted"));
  });

  test("the last news of open changes and of those closed a short while ago are told again", async () => {
    const first = await bench({ name: "again" });
    const plan = planOf([stepOf(fresh(), null)]);
    await first.run(plan);
    await until(() => first.news.at(-1)?.inForce !== null);
    const last = first.news.at(-1);
    await closed(first);

    const second = await bench({ name: "again" });

    expect(second.news[0]).toEqual(last);
  });

  test("a change that is applied is known with its plan, the newest first", async () => {
    const { run, changer } = await bench();
    const [one, two] = [planOf([stepOf(fresh(), null)]), planOf([stepOf(fresh(), null)])];
    await run(one);
    await run(two);

    expect(changer.done().map(({ plan, state }) => [plan.id, state])).toEqual([
      [two.id, "applied"],
      [one.id, "applied"],
    ]);
  });
});

describe("lost contact", () => {
  test("is told as uncertain, and found out as soon as etcd answers: it was written", async () => {
    const made = fresh();
    let away = false;
    const etcd: Etcd = {
      health: site.reader.health,
      read: async (ranges, ask) =>
        away ? { ok: false, failure: fail("unreachable", "etcd refused the connection").failure } : site.reader.read(ranges, ask),
    };
    const { run, news, state } = await bench({
      etcd,
      around: {
        after: () => {
          away = true;
          throw fail("timeout", "calicoctl gave no answer in 10 s");
        },
      },
    });
    const plan = planOf([stepOf(made, null)]);
    const running = run(plan);
    await until(() => state(plan) === "uncertain");
    expect(news.at(-1)?.objects).toEqual([expect.objectContaining({ fate: "unknown" })]);

    away = false;
    await running;

    expect(state(plan)).toBe("applied");
  });

  test("and nothing was written: the change has failed, and what came before it is put back", async () => {
    const [first, lost] = [fresh(), fresh()];
    const { run, news } = await bench({
      around: {
        before: (_, key) => {
          if (key.endsWith(lost.metadata.name)) throw fail("timeout", "calicoctl gave no answer in 10 s");
        },
      },
    });

    await run(planOf([stepOf(first, null), stepOf(lost, null)]));

    expect(news.at(-1)).toMatchObject({ state: "failed" });
    expect(news.at(-1)?.objects.map(({ fate }) => fate)).toEqual(["put_back", "failed"]);
    expect(await site.get(first)).toBeNull();
  });

  test("and something else lies there: it is not touched, and the rest is put back", async () => {
    const [first, lost] = [fresh(), fresh()];
    const { run, news } = await bench({
      around: {
        before: async (_, key) => {
          if (!key.endsWith(lost.metadata.name)) return;
          await site.put({ ...lost, spec: { selector: "has(theirs)" } });
          throw fail("timeout", "calicoctl gave no answer in 10 s");
        },
      },
    });

    await run(planOf([stepOf(first, null), stepOf(lost, null)]));

    expect(news.at(-1)).toMatchObject({ state: "partly" });
    expect(news.at(-1)?.objects.map(({ fate }) => fate)).toEqual(["put_back", "conflict"]);
    expect((await site.get(lost))?.value.spec).toMatchObject({ selector: "has(theirs)" });
  });
});

describe("two workers", () => {
  test("of which the second has the same folder: it changes nothing", async () => {
    await bench({ name: "same" });

    await expect(openJournal({ folder: site.folder, name: "same" })).rejects.toMatchObject({ failure: { code: "busy" } });
  });

  test("of one cluster: one has the right to change it, and the other gets it when that one ends or dies", async () => {
    const told: string[] = [];
    const right = async (worker: string) => {
      const links = await redis.links();
      const how = { right: "changes", worker, life: 1000 };
      const tell = (what: string) => () => void told.push(`${worker} ${what}`);
      return { links, sole: createSole(links, "lab", { ...how, onGain: tell("gains"), onLoss: tell("loses") }, quiet) };
    };
    const one = await right("w1");
    await until(() => one.sole.has());
    const two = await right("w2");
    await pause(1500);
    expect(told).toEqual(["w1 gains"]);

    await one.sole.release();
    await until(() => two.sole.has(), 3000);
    expect(told).toEqual(["w1 gains", "w2 gains"]);

    const three = await right("w3");
    await two.links.close();
    await until(() => three.sole.has(), 5000);
    expect(told).toEqual(["w1 gains", "w2 gains", "w2 loses", "w3 gains"]);
    await Promise.all([two, three].map(({ sole }) => sole.release()));
  });
});
