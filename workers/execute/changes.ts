import type { KeyObject } from "node:crypto";
import { Approval, type Order } from "../../src/contract/change.js";
import { Envelope } from "../../src/contract/envelope.js";
import type { AuditHead, Job } from "../../src/contract/job.js";
import type { Log } from "../../src/log/log.js";
import type { ClusterQueue } from "../../src/queue/cluster-queue.js";
import type { Consumer, Delivery } from "../../src/queue/consume.js";
import { admit, late } from "./admit.js";

/** Who changes the cluster. */
export interface Changing {
  /** `late`: it is not run, and that is told. */
  run(job: Job, approval: Approval, late?: boolean): Promise<void>;
  order(raw: unknown): Promise<void>;
  freeze(raw: unknown): Promise<void>;
  obey(order: Order): Promise<void>;
}

export interface ChangesDeps {
  cluster: string;
  queue: ClusterQueue;
  botKeys: readonly KeyObject[];
  changer: Pick<Changing, "run" | "order" | "freeze">;
  log: Log;
  now: () => number;
  keepHead?: (head: AuditHead) => void;
}

/** Orders that are written down at a time; each takes a moment. */
const orders = 4;

/** Takes what is to be changed, one after the other, and what is to become of it. */
export function takeChanges(deps: ChangesDeps): Consumer {
  const { queue } = deps;
  const consumers = [
    queue.consume("changes", { concurrency: 1, handle: (delivery) => runOne(deps, delivery) }),
    queue.consume("orders", { concurrency: orders, handle: (delivery) => order(deps, delivery) }),
  ];
  return {
    async close(grace) {
      await Promise.all(consumers.map((consumer) => consumer.close(grace)));
    },
  };
}

async function runOne(deps: ChangesDeps, delivery: Delivery): Promise<void> {
  const { cluster, botKeys, changer, log, now, keepHead } = deps;
  const how = { cluster, botKeys, now: now() };
  const admission = admit(delivery, how);
  if (admission.kind !== "job") log.warn({ id: delivery.id, failure: admission.failure }, "a change is not run");
  const job = admission.kind === "job" ? admission.job : admission.failure.code === "expired" ? late(delivery, how) : null;
  if (job === null) return;
  if (job.audit !== undefined) keepHead?.(job.audit);
  if (job.phase !== "run" || job.approval === undefined) {
    log.warn({ job: job.id }, "a job among the changes is none");
    return;
  }
  await changer.run(job, job.approval, admission.kind !== "job");
}

/** What is signed says itself whether it is a freeze. */
async function order({ changer, log }: ChangesDeps, { id, raw }: Delivery): Promise<void> {
  const kind = Envelope.safeParse(raw).data?.kind;
  if (kind === "keep") await changer.order(raw);
  else if (kind === "freeze") await changer.freeze(raw);
  else log.warn({ id, kind }, "a message among the orders is none");
}
