import type { ChangeState, News } from "../../src/contract/change.js";
import { open, seal } from "../../src/contract/envelope.js";
import { Job } from "../../src/contract/job.js";
import type { Outcome } from "../../src/contract/outcome.js";
import { changeDigest, changeIdOf, type Plan, type Severity, type Terms } from "../../src/contract/plan.js";
import { createClusterQueue } from "../../src/queue/cluster-queue.js";
import type { Consumer } from "../../src/queue/consume.js";
import { notices } from "../../src/queue/lanes.js";
import { quiet } from "./redis-server.js";
import type { Way } from "./way.js";

/** What a worker says that plans one change per job, and of which a test decides what it does with it. */
export interface ChangeWorker {
  /** Jobs that bots handed over, opened. */
  taken: Job[];
  /** Orders as they came. */
  orders: unknown[];
  news(change: string, state: ChangeState, more?: Partial<News>): Promise<void>;
  plan(job: Job): Plan;
  stop(): Promise<void>;
}

export interface Planning {
  severity?: Severity;
  terms?: Partial<Terms>;
  life?: number;
  /** What is wrong with the plan that it signs. */
  forge?: (plan: Plan) => Plan;
  key?: "worker" | "stranger";
}

/** Answers previews of `eu1` with signed plans, as the worker's side of the contract says. */
export async function changeWorker(way: Way, how: Planning = {}): Promise<ChangeWorker> {
  const links = await way.redis.links();
  const queue = createClusterQueue(links, "eu1", quiet);
  const { privateKey } = way.keys[how.key ?? "worker"];
  const taken: Job[] = [];
  const orders: unknown[] = [];
  let seq = 0;
  const jobIn = (raw: unknown): Job => open(raw, Job, { kind: "job", cluster: "eu1", keys: [way.keys.bot.publicKey] }).value;
  const planOf = (job: Job): Plan => (how.forge ?? ((plan) => plan))(planFor(job, how));
  const consumers: Consumer[] = [
    queue.consume("reads", {
      concurrency: 1,
      async handle({ raw }) {
        const job = jobIn(raw);
        const plan = planOf(job);
        const signed = seal({ kind: "plan", id: plan.id, cluster: "eu1", actor: "worker:w1", ttl: 3_600_000, payload: plan }, privateKey);
        const outcome = outcomeOf(job, plan, signed);
        await queue.reply(
          job.replyTo,
          seal(
            { kind: "outcome", id: job.id, cluster: "eu1", actor: "worker:w1", ttl: 60_000, payload: outcome },
            way.keys.worker.privateKey,
          ),
        );
      },
    }),
    queue.consume("changes", { concurrency: 1, handle: async ({ raw }) => void taken.push(jobIn(raw)) }),
    queue.consume("orders", { concurrency: 1, handle: async ({ raw }) => void orders.push(raw) }),
  ];
  const beat = { v: 1, worker: "w1", cluster: "eu1", version: "0", changes: true, running: 0, started: 0 };
  await queue.beat(
    "w1",
    seal({ kind: "heartbeat", id: "w1", cluster: "eu1", actor: "worker:w1", ttl: 60_000, payload: beat }, way.keys.worker.privateKey),
  );
  return {
    taken,
    orders,
    plan: planOf,
    async news(change, state, more = {}) {
      const payload: News = {
        v: 1,
        change,
        revision: 1,
        cluster: "eu1",
        worker: "w1",
        seq: ++seq,
        state,
        at: Date.now(),
        ends: null,
        objects: [],
        inForce: null,
        watched: null,
        note: null,
        ...more,
      };
      await queue.reply(
        notices,
        seal({ kind: "notice", id: `${change}-${seq}`, cluster: "eu1", actor: "worker:w1", ttl: 60_000, payload }, privateKey),
      );
    },
    async stop() {
      await Promise.all(consumers.map((one) => one.close()));
      await queue.close();
    },
  };
}

function planFor(job: Job, { severity = "medium", terms = {}, life = 60_000 }: Planning): Plan {
  const document = JSON.stringify({ kind: "GlobalNetworkPolicy", metadata: { name: "deny-smtp-out" } });
  const plan: Plan = {
    v: 1,
    id: changeIdOf(job.id),
    revision: 1,
    cluster: "eu1",
    line: job.line ?? job.command,
    requester: job.actor,
    steps: [
      {
        kind: "object",
        action: "create",
        subject: "GlobalNetworkPolicy deny-smtp-out",
        key: "/k",
        expect: null,
        document,
        after: document,
        inverse: null,
        diff: "+kind",
      },
    ],
    guards: [],
    severity,
    because: [],
    terms: { approvers: 1, self: false, window: 60_000, ends: "revert", ...terms },
    traffic: { digest: "t", text: "cuts tcp/25 to internet for 3 VMs", flags: [], losing: 3, gaining: 0, uncertain: 0 },
    change: "",
    origin: null,
    undoes: null,
    at: 7,
    worker: "w1",
    made: Date.now(),
    expires: Date.now() + life,
  };
  return { ...plan, change: changeDigest(plan) };
}

function outcomeOf(job: Job, plan: Plan, signed: unknown): Outcome {
  const { steps, guards, severity, because, terms, traffic, origin, undoes } = plan;
  const planned = {
    cluster: "eu1",
    revision: 7,
    steps,
    unchanged: [],
    guards,
    effect: null,
    traffic,
    unknown: null,
    severity,
    because,
    terms,
    origin,
    undoes,
  };
  const now = Date.now();
  return {
    v: 1,
    job: job.id,
    cluster: "eu1",
    worker: "w1",
    ok: true,
    result: { planned, plan: signed },
    evidence: [],
    started: now,
    ended: now,
  };
}

export const idOf = (job: string): string => changeIdOf(job);
export const votersIn = (job: Job): string[] => (job.approval?.votes ?? []).map(({ actor }) => actor);
