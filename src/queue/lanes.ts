import type { JobsOptions, WorkerOptions } from "bullmq";

/** The job queues of a cluster: what only looks, what changes something, and what is to become of a change that is applied. */
export type Lane = "reads" | "changes" | "orders";

/** Queue of a cluster that takes the outcomes for the bots, and the one for what its workers say by themselves. */
export const defaultReplies = "outcomes";
export const notices = "notices";

type Timing = Required<Pick<WorkerOptions, "lockDuration" | "stalledInterval" | "maxStalledCount">>;

/**
 * A read whose worker died starts again within 7 s: its lock runs out, the next look finds it without one; of several workers
 * that look, one may be held back by the other for an interval more. A change never runs a second time.
 */
export const timing: Readonly<Record<Lane, Timing>> = {
  reads: { lockDuration: 5000, stalledInterval: 1000, maxStalledCount: 2 },
  changes: { lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: 0 },
  // Short work that is the same when it is done twice.
  orders: { lockDuration: 5000, stalledInterval: 1000, maxStalledCount: 5 },
};

/** Finished jobs stay long enough that a delivery which Slack repeats is still the same job. */
export const jobOptions: Readonly<Record<Lane, JobsOptions>> = {
  reads: { attempts: 2, backoff: { type: "fixed", delay: 500 }, removeOnComplete: { age: 7200 }, removeOnFail: { age: 7200 } },
  changes: { attempts: 1, removeOnComplete: { age: 86_400 }, removeOnFail: { age: 86_400 } },
  orders: { attempts: 5, backoff: { type: "fixed", delay: 500 }, removeOnComplete: { age: 86_400 }, removeOnFail: { age: 86_400 } },
};

/** Outcomes are kept by who takes them; a bot that cannot take one just now gets it again. */
export const replyOptions: JobsOptions = {
  attempts: 12,
  backoff: { type: "exponential", delay: 250 },
  removeOnComplete: true,
  removeOnFail: { age: 3600, count: 200 },
};
