import type { KeyObject } from "node:crypto";
import { z } from "zod";
import { Envelope, open } from "../../src/contract/envelope.js";
import { type Failure, fail, toFailure } from "../../src/contract/failure.js";
import { Job } from "../../src/contract/job.js";

/** What a message in the queue turns out to be. */
export type Admission =
  | { kind: "job"; job: Job; exp: number }
  /** Signed by a bot and yet not to be run: the bot learns why. */
  | { kind: "refused"; job: { id: string; replyTo: string }; failure: Failure }
  /** Not to be trusted: nothing is run and nothing is said. */
  | { kind: "dropped"; failure: Failure };

export interface Admitting {
  cluster: string;
  botKeys: readonly KeyObject[];
  now: number;
}

/** Decides whether a message is a job for this cluster from a known bot, in time, and the one that the queue calls by its id. */
export function admit(delivery: { id: string; raw: unknown }, how: Admitting): Admission {
  try {
    const { envelope, value: job } = open(delivery.raw, Job, { kind: "job", cluster: how.cluster, keys: how.botKeys, now: how.now });
    const same = job.id === envelope.id && envelope.id === delivery.id && job.cluster === how.cluster;
    if (!same) throw fail("bad_signature", "the job lies in the queue under another id or cluster than it was signed for");
    return { kind: "job", job, exp: envelope.exp };
  } catch (error) {
    const failure = toFailure(error);
    // Both are found out only after the signature was verified.
    if (failure.code !== "expired" && failure.code !== "job_version") return { kind: "dropped", failure };
    return refused(delivery, { how, failure });
  }
}

/** The least that any version's job has. */
const Replyable = z.object({ id: z.string().min(8).max(80), replyTo: Job.shape.replyTo });

function refused(delivery: { id: string; raw: unknown }, { how, failure }: { how: Admitting; failure: Failure }): Admission {
  try {
    const { iat, exp } = Envelope.parse(delivery.raw);
    const opening = { kind: "job" as const, cluster: how.cluster, keys: how.botKeys, now: iat };
    const { envelope, value: job } = open(delivery.raw, Replyable, opening);
    if (job.id !== envelope.id || envelope.id !== delivery.id) return { kind: "dropped", failure };
    if (failure.code !== "expired") return { kind: "refused", job, failure };
    const late = how.now > exp ? `${seconds(how.now - exp)} after its end` : `${seconds(iat - how.now)} before it was sent`;
    const more = fail("expired", `the job reached the worker ${late}`, {
      hint: "compare the clocks of bot and worker; or no worker was free",
    });
    return { kind: "refused", job, failure: more.failure };
  } catch (error) {
    return { kind: "dropped", failure: toFailure(error) };
  }
}

/** What a bot has signed for this cluster and what came too late; null = it is not that. It must not be run. */
export function late(delivery: { id: string; raw: unknown }, how: Admitting): Job | null {
  try {
    const { iat } = Envelope.parse(delivery.raw);
    const { envelope, value: job } = open(delivery.raw, Job, { kind: "job", cluster: how.cluster, keys: how.botKeys, now: iat });
    return job.id === envelope.id && envelope.id === delivery.id && job.cluster === how.cluster ? job : null;
  } catch {
    return null;
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
