import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import type { ChangeRules } from "../../../src/cluster/changes.js";
import type { Cluster } from "../../../src/cluster/cluster.js";
import { onChange } from "../../../src/command/define.js";
import { type Planned, Proposed } from "../../../src/command/planned.js";
import { open, seal } from "../../../src/contract/envelope.js";
import type { Job } from "../../../src/contract/job.js";
import { Outcome } from "../../../src/contract/outcome.js";
import { changeDigest, changeIdOf, Plan } from "../../../src/contract/plan.js";
import { view } from "../../../src/contract/view.js";
import { type ClusterQueue, createClusterQueue } from "../../../src/queue/cluster-queue.js";
import { takeChanges } from "../../../workers/execute/changes.js";
import { createExecutor, type Executor } from "../../../workers/execute/executor.js";
import { anna, type Joined, jobOf, planOf, policy, signer, stepOf } from "../../support/changes.js";
import { quiet, startRedis, type TestRedis } from "../../support/redis-server.js";
import { until } from "../../support/way.js";

const pair = () => generateKeyPairSync("ed25519");
const keys: Joined["keys"] = { bot: pair(), worker: pair(), stranger: pair() };
const rule = { approvers: 1, planLife: 60_000, keep: 600_000 };
const rules: ChangeRules = {
  severities: { low: rule, medium: rule, high: rule },
  mediumEndpoints: 500,
  kinds: {},
  namespaces: {},
  selfApproval: false,
  ownRanges: [],
  canaries: [],
  canaryLoss: 2,
};
const step = stepOf(policy("deny-mail"), null);
const planned: Planned = {
  cluster: "lab",
  revision: 7,
  steps: [step],
  unchanged: [],
  guards: [],
  effect: null,
  traffic: null,
  unknown: null,
  severity: "medium",
  because: ["it is a policy"],
  terms: { approvers: 1, self: false, window: 600_000, ends: "revert" },
  origin: null,
  undoes: null,
};
let what: Planned = planned;
const command = onChange({
  summary: "changes something",
  examples: ["change"],
  args: z.object({}),
  role: "operator",
  timeout: 3000,
  phases: [],
  plan: () => Promise.resolve(what),
  render: () => view("info", "a change"),
});

let redis: TestRedis;
let queue: ClusterQueue;
let executor: Executor;
const outcomes: Outcome[] = [];
let number = 0;

beforeAll(async () => {
  redis = await startRedis();
  queue = createClusterQueue(await redis.links(), "lab", quiet);
  const how = { kind: "outcome" as const, cluster: "lab", keys: [keys.worker.publicKey] };
  queue.replies("outcomes", ({ raw }) => Promise.resolve(void outcomes.push(open(raw, Outcome, how).value)));
  executor = createExecutor({
    worker: "w1",
    version: "1",
    cluster: { name: "lab", changes: rules } as Cluster,
    commands: new Map([["change", command]]),
    queue,
    signingKey: keys.worker.privateKey,
    botKeys: [keys.bot.publicKey],
    concurrency: 2,
    log: quiet,
    changing: () => true,
  });
  await executor.start();
});
afterAll(async () => {
  await executor.stop();
  await redis.stop();
});
beforeEach(() => {
  what = planned;
});

function sealed(job: Job, { ttl = 60_000, at = Date.now() } = {}) {
  return seal({ kind: "job", id: job.id, cluster: "lab", actor: "slack:T1/UANNA", ttl, payload: job }, keys.bot.privateKey, at);
}

async function preview(args: string[] = []): Promise<{ job: Job; proposed: Proposed }> {
  const job: Job = { ...jobOf(planOf([step]), {} as never), id: `preview-${++number}`, phase: "preview", command: "change", args };
  delete job.approval;
  await queue.submit(sealed(job), "reads");
  await until(() => outcomes.some((outcome) => outcome.job === job.id));
  const outcome = outcomes.find((one) => one.job === job.id);
  return { job, proposed: Proposed.parse(outcome?.result) };
}

const opened = (raw: unknown) => open(raw, Plan, { kind: "plan", cluster: "lab", keys: [keys.worker.publicKey] });

describe("what a change would do", () => {
  test("comes back as a plan that the worker has signed, which lives as long as its severity allows", async () => {
    const { job, proposed } = await preview();

    const { envelope, value: plan } = opened(proposed.plan);
    expect(plan).toMatchObject({
      id: changeIdOf(job.id),
      revision: 1,
      requester: anna,
      line: "change",
      steps: [step],
      at: 7,
      worker: "w1",
    });
    expect(envelope.id).toBe(plan.id);
    expect(plan.change).toBe(changeDigest(plan));
    expect(plan.expires - plan.made).toBe(60_000);
    expect(envelope.exp).toBe(plan.expires);
  });

  test.each([
    ["it is a dry run", ["--dry-run"], planned],
    ["nothing is to be done", [], { ...planned, steps: [] }],
    ["a guard refuses it", [], { ...planned, guards: [{ severity: "blocking" as const, text: "it cuts the cluster off" }] }],
  ])("is not signed when %s", async (_, args, given) => {
    what = given;

    expect((await preview(args)).proposed).toEqual({ planned: given, plan: null });
  });

  test("the worker says in its sign of life that it changes the cluster", async () => {
    await until(async () => (await queue.beats()).length > 0);

    expect(JSON.parse(((await queue.beats())[0] as { payload: string }).payload)).toMatchObject({ changes: true });
  });
});

describe("the lanes of changes", () => {
  test("give an approved change to the changer, one that came too late as such, and orders and freezes by their kind", async () => {
    const told: string[] = [];
    const tell = (text: string): Promise<void> => Promise.resolve(void told.push(text));
    const consumer = takeChanges({
      cluster: "lab",
      queue,
      botKeys: [keys.bot.publicKey],
      changer: {
        run: (job, approval, late) => tell(`run ${job.id} ${approval.plan.id} ${late}`),
        order: (raw) => tell(`order ${(raw as { kind: string }).kind}`),
        freeze: (raw) => tell(`freeze ${(raw as { kind: string }).kind}`),
      },
      log: quiet,
      now: Date.now,
    });
    const sign = signer({ keys });
    const plan = planOf([step]);
    const approval = { plan: sign.plan(plan), votes: [], emergency: null };
    const [job, lateOne, none] = [jobOf(plan, approval), jobOf(plan, approval), jobOf(plan, approval)];

    await queue.submit(sealed({ ...none, phase: "preview" }), "changes");
    await queue.submit(sealed(job), "changes");
    await queue.submit(sealed(lateOne, { ttl: 10, at: Date.now() - 100 }), "changes");
    await queue.submit(sign.order(plan.id, "keep"), "orders");
    await queue.submit(sign.freeze(0), "orders");
    await until(() => told.length >= 4);

    expect(told.toSorted()).toEqual(["freeze freeze", "order keep", `run ${job.id} ${plan.id} false`, `run ${lateOne.id} ${plan.id} true`]);
    await consumer.close();
  });
});
