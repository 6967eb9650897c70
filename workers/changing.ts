import { createPrivateKey, createPublicKey } from "node:crypto";
import type { Ask } from "../src/cluster/ask.js";
import type { Cluster } from "../src/cluster/cluster.js";
import type { Done } from "../src/command/define.js";
import { planned } from "../src/command/planning.js";
import type { ClusterConfig, WorkerConfig } from "../src/config/valid.js";
import { toFailure } from "../src/contract/failure.js";
import type { AuditHead } from "../src/contract/job.js";
import type { Plan } from "../src/contract/plan.js";
import type { Log } from "../src/log/log.js";
import { comparePlans } from "../src/plan/compare-plans.js";
import { wantedOf } from "../src/plan/wanted.js";
import { isOurs } from "../src/plan/whose.js";
import type { ClusterQueue } from "../src/queue/cluster-queue.js";
import type { Consumer } from "../src/queue/consume.js";
import { notices } from "../src/queue/lanes.js";
import { createSole } from "../src/queue/sole.js";
import type { RedisLinks } from "../src/redis/connect.js";
import { type Changer, createChanger } from "./change/changer.js";
import type { ChangerDeps } from "./change/context.js";
import { takeChanges } from "./execute/changes.js";
import { takeDropped } from "./journal/drop.js";
import { type Journal, type JournalPlace, openJournal } from "./journal/journal.js";
import type { Tools } from "./tools.js";

/** The part of a worker that changes its cluster. */
export interface ChangingPart {
  /** Whether it takes changes just now. */
  active(): boolean;
  done?: () => readonly Done[];
  stop(): Promise<void>;
}

const none: ChangingPart = { active: () => false, stop: () => Promise.resolve() };

export interface ChangingDeps {
  config: ClusterConfig;
  worker: WorkerConfig;
  /** Its state folder; null = there is none, and then it changes nothing. */
  state: string | null;
  tools: Tools;
  log: Log;
  keepHead: (head: AuditHead) => void;
}

/** Where a worker's journal lies. */
export const placeOf = (folder: string, cluster: string, worker: string): JournalPlace => ({ folder, name: `${cluster}-${worker}` });

/** Opens the journal, takes up what it owes, and takes changes while this worker has the right to. A worker without `changes` does none of it. */
export async function openChanging(deps: ChangingDeps, links: RedisLinks, queue: ClusterQueue): Promise<ChangingPart> {
  const { config, worker, state, log, keepHead } = deps;
  if (worker.changes === null || state === null) return none;
  const opened = await open(deps, (news) => queue.reply(notices, news)).catch((error: unknown) => {
    log.error({ failure: toFailure(error), err: error }, "this worker changes nothing; what only reads is answered");
    return null;
  });
  if (opened === null) return none;
  const { changer, journal } = opened;
  changer.start();
  const noOrder = (file: string): void => log.warn({ file }, "what was left for the worker is no order");
  const looking = setInterval(() => {
    takeDropped(placeOf(state, config.name, worker.id), changer.obey, noOrder).catch((error: unknown) =>
      log.warn({ err: error }, "an order that was left here could not be taken"),
    );
  }, 1000);
  let consumer: Consumer | null = null;
  const botKeys = config.botKeys.map((pem) => createPublicKey(pem));
  const taking = { cluster: config.name, queue, botKeys, changer, log, now: Date.now, keepHead };
  const right = {
    right: "changes",
    worker: worker.id,
    onGain: () => void (consumer ??= takeChanges(taking)),
    onLoss: () => {
      void consumer?.close();
      consumer = null;
    },
  };
  const sole = createSole(links, config.name, right, log);
  return {
    active: sole.has,
    done: changer.done,
    async stop() {
      clearInterval(looking);
      await Promise.all([consumer?.close(6000), changer.stop()]);
      await sole.release();
      await journal.close();
    },
  };
}

/** A changer on the worker's own journal. */
export async function open(
  { config, worker, state, tools, log }: Omit<ChangingDeps, "keepHead">,
  send: ChangerDeps["send"],
): Promise<{ changer: Changer; journal: Journal }> {
  const { changes, calicoctl: program } = worker;
  const { calicoctl } = tools.cluster;
  if (changes === null || state === null || calicoctl === null || program === null) throw new Error("this worker is not one that changes");
  const journal = await openJournal(placeOf(state, config.name, worker.id));
  const signingKey = createPrivateKey(worker.signingKey.reveal());
  const changer = createChanger({
    worker: worker.id,
    cluster: tools.cluster,
    etcd: tools.etcd,
    calicoctl,
    journal,
    signingKey,
    workerKeys: [createPublicKey(signingKey), ...config.workerKeys.map((pem) => createPublicKey(pem))],
    botKeys: config.botKeys.map((pem) => createPublicKey(pem)),
    limits: changes,
    send,
    isOurs,
    planAgain: (plan, ask) => staleBy(tools.cluster, plan, ask),
    log,
    timing: { orphan: program.timeout + 3000 },
  });
  return { changer, journal };
}

/** Plans the same again right before it is done: why what people voted on does not fit any more; null = it does. */
async function staleBy(cluster: Cluster, plan: Plan, ask: Ask): Promise<string | null> {
  const { window, ends } = plan.terms;
  const low = plan.severity === "low" ? plan.because.join("; ") : undefined;
  const work = { ...ask, progress: () => {}, document: null, now: Date.now };
  return comparePlans(plan, await planned(cluster, wantedOf(plan.steps), { terms: { window, ends }, low }, work));
}
