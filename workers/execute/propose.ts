import type { KeyObject } from "node:crypto";
import type { ChangeRules } from "../../src/cluster/changes.js";
import { isDryRun, type WorkerCommand } from "../../src/command/define.js";
import type { Planned, Proposed } from "../../src/command/planned.js";
import { quoteWord } from "../../src/command/words.js";
import { seal } from "../../src/contract/envelope.js";
import { fail } from "../../src/contract/failure.js";
import type { Job } from "../../src/contract/job.js";
import { changeDigest, changeIdOf, type Plan } from "../../src/contract/plan.js";

export interface Proposer {
  worker: string;
  cluster: string;
  /** Null = this cluster is not changed: its plans are not signed. */
  rules: ChangeRules | null;
  signingKey: KeyObject;
  now: () => number;
}

const mostSteps = 200;

/** What was planned, with the plan that people vote on, signed, unless it was only asked about, does nothing, or is refused by a guard. */
export function proposed(proposer: Proposer, { job, command, args }: Asked, planned: Planned): Proposed {
  const { rules, cluster, worker, signingKey, now } = proposer;
  const refused = planned.guards.some(({ severity }) => severity === "blocking");
  if (rules === null || refused || planned.steps.length === 0 || isDryRun(command, args)) return { planned, plan: null };
  if (planned.steps.length > mostSteps)
    throw fail("too_large", `it changes ${planned.steps.length} objects, over ${mostSteps}`, { hint: "divide it" });
  const { planLife } = rules.severities[planned.severity];
  const plan = planOf({ job, worker, made: now(), planLife }, planned);
  const what = { kind: "plan" as const, id: plan.id, cluster, actor: `worker:${worker}`, ttl: planLife, payload: plan };
  return { planned, plan: seal(what, signingKey, plan.made) };
}

interface Asked {
  job: Job;
  command: WorkerCommand;
  args: Record<string, unknown>;
}

interface Made {
  job: Job;
  worker: string;
  made: number;
  planLife: number;
}

function planOf({ job, worker, made, planLife }: Made, planned: Planned): Plan {
  const { steps, guards, severity, because, terms, traffic, origin, undoes } = planned;
  const name = { id: changeIdOf(job.id), revision: 1, cluster: job.cluster };
  return {
    v: 1,
    ...name,
    line: job.line ?? [job.command, ...job.args.map(quoteWord)].join(" "),
    requester: job.actor,
    steps,
    guards,
    severity,
    because,
    terms,
    traffic,
    change: changeDigest({ ...name, steps, terms }),
    origin,
    undoes,
    at: planned.revision,
    worker,
    made,
    expires: made + planLife,
  };
}
