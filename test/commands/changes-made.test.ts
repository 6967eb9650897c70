import { afterAll, beforeAll, expect, test } from "@jest/globals";
import changes from "../../commands/changes.js";
import type { Cluster } from "../../src/cluster/cluster.js";
import type { WorkerCommand } from "../../src/command/define.js";
import type { View } from "../../src/contract/view.js";
import { createLog } from "../../src/log/log.js";
import { type KeptEtcd, keptEtcd } from "../../workers/compute/kept-etcd.js";
import { rows } from "../support/card.js";
import { type Bench, openBench, openSite, planOf, policy, type Site, stepOf } from "../support/changes.js";
import { fakeCluster } from "../support/cluster.js";
import { plainEtcd, threadFromSource } from "../support/compute-thread.js";

const log = createLog({ level: "silent" });
let site: Site;
let bench: Bench;
let kept: KeptEtcd;
let cluster: Cluster;
beforeAll(async () => {
  site = await openSite();
  bench = await openBench(site);
  const config = plainEtcd(site.etcd.endpoint);
  kept = keptEtcd({ live: site.reader, spawn: () => threadFromSource(config), log, timeout: 3000 });
  kept.start();
  cluster = { ...fakeCluster(), history: kept };
}, 30_000);
afterAll(async () => {
  await bench.close();
  await kept.close();
  site.end();
});

async function card(): Promise<View> {
  const command = changes as WorkerCommand;
  const plain = { signal: AbortSignal.timeout(5000), request: "r1", note: () => {}, progress: () => {}, document: null };
  const result = await command.run(cluster, { since: 60_000 }, { ...plain, now: Date.now, done: bench.changer.done });
  const seen = { cluster: "lab", line: "changes", job: null, started: 1, ended: 1 };
  return command.render(command.result.parse(result), seen, {});
}

async function until(holds: (one: View) => boolean): Promise<View> {
  for (let i = 0; ; i++) {
    const one = await card();
    if (holds(one)) return one;
    if (i > 100) throw new Error(`never so: ${JSON.stringify(one)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const told = (one: View): unknown[] => rows(one).map(([, what, object, fields, by]) => [what, object, fields, by]);

test("what a worker changed and put back is the bot's, and what somebody wrote to the same object meanwhile is not", async () => {
  await until((one) => one.verdict.light === "ok");
  const [mail, web] = [policy("mail"), policy("web")];
  await site.put(mail);
  const plan = planOf(
    [stepOf(policy("mail", { selector: "all()", types: ["Egress"], order: 7 }), await site.get(mail)), stepOf(web, null)],
    {
      terms: { approvers: 1, self: false, window: 500, ends: "revert" },
    },
  );
  await bench.run(plan);
  await site.put(policy("web", { selector: "a == 'b'", types: ["Egress"] }));

  const bot = `UANNA, ${plan.id}`;
  const whole = await until((one) => rows(one).length === 5);

  expect(told(whole)).toEqual([
    ["changed", "GlobalNetworkPolicy mail", "order", bot],
    ["changed", "GlobalNetworkPolicy web", "selector", "not through the bot"],
    ["created", "GlobalNetworkPolicy web", "-", bot],
    ["changed", "GlobalNetworkPolicy mail", "order", bot],
    ["created", "GlobalNetworkPolicy mail", "-", "not through the bot"],
  ]);
  expect(whole.verdict.text).toMatch(/^lab: 3 human changes, 0 tenant SG writes, 0 felix restarts since /);
  expect(whole.verdict.detail).toMatch(/^Suspect: GlobalNetworkPolicy web \(selector\) changed .*, not through the bot; 1 more like it$/);
}, 30_000);
