import type { Approval, ChangeState, Emergency } from "../../src/contract/change.js";
import { fail } from "../../src/contract/failure.js";
import type { Job } from "../../src/contract/job.js";
import { changeDigest, Plan } from "../../src/contract/plan.js";
import type { UsedId } from "../journal/entry.js";
import { isOpen } from "../journal/record.js";
import { agreed, openLate } from "./agreed.js";
import type { Context } from "./context.js";
import { refusal } from "./never.js";

/** A genuine plan, and whether it may run. */
export interface Verified {
  plan: Plan;
  emergency: Emergency | null;
  /** Ids that count no more from now on. */
  used: UsedId[];
  /** Null = it may. */
  refused: { state: Extract<ChangeState, "failed" | "stale" | "expired">; why: string } | null;
}

/** No bot lets a plan wait longer than this, ms. */
const longest = 7 * 24 * 3_600_000;

/** Checks all that a change needs before it may run. Throws `bad_signature` when something was forged or altered: that is not talked about. */
export function verify(context: Context, job: Job, approval: Approval): Verified {
  const { cluster, workerKeys, now } = context;
  const how = { kind: "plan" as const, cluster: cluster.name, keys: workerKeys, now: now() };
  const { envelope, value: plan, late } = openLate(approval.plan, Plan, how);
  if (envelope.id !== plan.id || plan.cluster !== cluster.name || plan.change !== changeDigest(plan))
    throw fail("bad_signature", `the plan ${envelope.id} is not the one that was signed`);
  const { lacking, emergency, used } = agreed(context, plan, approval);
  const until = now() + longest;
  return {
    plan,
    emergency,
    used: [...used, { id: `job:${job.id}`, until }, { id: `plan:${plan.id}`, until }],
    refused: refusedFor(context, plan, { late: late || plan.expires <= now(), lacking, emergency }),
  };
}

interface Standing {
  late: boolean;
  lacking: string | null;
  emergency: Emergency | null;
}

function refusedFor(context: Context, plan: Plan, { late, lacking, emergency }: Standing): Verified["refused"] {
  if (late) return { state: "expired", why: "the plan was too old when the worker got it" };
  if (lacking !== null) return { state: "failed", why: lacking };
  const blocking = plan.guards.find(({ severity }) => severity === "blocking");
  if (blocking !== undefined) return { state: "failed", why: blocking.text };
  const never = plan.steps.map((step) => refusal(step, context.limits)).find((why) => why !== null);
  if (never !== undefined) return { state: "failed", why: never };
  const frozen = plan.undoes === null && emergency === null ? frozenBy(context) : null;
  if (frozen !== null) return { state: "failed", why: frozen };
  const taken = emergency === null ? takenBy(context, plan) : null;
  return taken === null ? null : { state: "stale", why: taken };
}

function frozenBy({ journal, now }: Context): string | null {
  const { freeze } = journal.state;
  if (freeze === null || freeze.until <= now()) return null;
  return `changes are frozen until ${new Date(freeze.until).toISOString().slice(0, 16)}Z: ${freeze.why}`;
}

/** An object that another change may still put back belongs to that one. */
function takenBy({ journal }: Context, plan: Plan): string | null {
  const keys = new Set(plan.steps.map(({ key }) => key));
  for (const other of journal.state.changes.values()) {
    if (!isOpen(other) || other.plan.id === plan.id || other.plan.id === plan.undoes) continue;
    const both = other.plan.steps.find(({ key }) => keys.has(key));
    if (both !== undefined) return `${both.subject} was changed by ${other.plan.id}, which is neither kept nor put back yet`;
  }
  return null;
}
