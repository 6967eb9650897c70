import type { Change } from "../approvals/record.js";
import { open } from "../contract/envelope.js";
import { fail, toFailure } from "../contract/failure.js";
import { wireVersion } from "../contract/job.js";
import { type Evidence, Outcome } from "../contract/outcome.js";
import { followUp } from "./changes/after.js";
import { bornFrom } from "./changes/born.js";
import type { Context } from "./context.js";
import { load } from "./deliver.js";
import type { KnownCluster } from "./deps.js";
import { changeLife, evidenceLife, type KeptEvidence, keys, type RequestRecord, recordLife, requestOf } from "./record.js";

const mostEvidence = 512 * 1024;
/** The bot that stores an answer shows it; if it dies, the outbox has it after this, ms. */
const showWithin = 3000;

/**
 * Takes an outcome out of Redis: the request that it answers, or null when it is not to be shown.
 * Forged, altered, expired, misaddressed, unknown, repeated: logged, and nothing else happens. Throws only when Redis is away.
 */
export async function accept(context: Context, cluster: KnownCluster, raw: unknown): Promise<string | null> {
  let outcome: Outcome;
  try {
    const { envelope, value } = open(raw, Outcome, {
      kind: "outcome",
      cluster: cluster.name,
      keys: cluster.workerKeys,
      now: context.now(),
    });
    if (value.job !== envelope.id || value.cluster !== cluster.name)
      throw fail("bad_signature", "the outcome is not the one of its envelope");
    outcome = value;
  } catch (error) {
    context.log.warn({ cluster: cluster.name, failure: toFailure(error) }, "an outcome was not believed");
    return null;
  }
  const log = context.log.child({ request: requestOf(outcome.job), job: outcome.job });
  const known = await load(context, requestOf(outcome.job));
  const job = known?.record.jobs.find((one) => one.id === outcome.job && one.cluster === cluster.name);
  if (known === null || job === undefined) {
    log.warn({ cluster: cluster.name, worker: outcome.worker }, "an outcome for a job that nobody waits for");
    return null;
  }
  const { kept, change } = born(context, known.record, checked(context, known.record, outcome));
  if (!(await settle(context, known.record, kept, change))) {
    log.warn({ cluster: cluster.name, worker: outcome.worker }, "an outcome for a job that is already answered");
    return null;
  }
  context.ledger.answered(known.record, kept);
  if (change !== null)
    await followUp(context, change).catch((err: unknown) => log.warn({ change: change.id, err }, "a new change is followed up later"));
  log.info({ cluster: cluster.name, worker: outcome.worker, ok: outcome.ok, ms: outcome.ended - outcome.started }, "answered");
  return known.record.id;
}

/** The result must have the shape that the command declares; a worker of another version may say something else. */
function checked(context: Context, record: RequestRecord, outcome: Outcome): Outcome {
  if (!outcome.ok) return outcome;
  const command = context.commands.get(record.command);
  if (command?.on === "worker" && command.result.safeParse(outcome.result).success) return outcome;
  const { failure } = fail("job_version", `the answer of ${outcome.worker} to \`${record.command}\` does not have the expected shape`);
  return { ...outcome, ok: false, result: undefined, failure };
}

/** The change that an outcome proposes. A plan that is not what it must be is a failure, and proposes nothing. */
function born(context: Context, record: RequestRecord, outcome: Outcome): { kept: Outcome; change: Change | null } {
  try {
    return { kept: outcome, change: bornFrom(context, record, outcome) };
  } catch (error) {
    const { failure } = fail("bad_signature", toFailure(error).message);
    context.log.error({ job: outcome.job, failure }, "a plan was not believed");
    return { kept: { ...outcome, ok: false, result: undefined, failure }, change: null };
  }
}

/** Answers a job, exactly once: of all bots and all outcomes one wins. With it comes into being what it proposes. */
export function settle(context: Context, record: RequestRecord, outcome: Outcome, change: Change | null = null): Promise<boolean> {
  const { vault, replyTo } = context;
  const answer = keys.answer(outcome.job);
  const evidence = keys.evidence(outcome.job);
  const life = change === null ? recordLife : changeLife;
  const text = change === null ? "" : vault.seal(keys.request(record.id), { ...record, change: change.id }, 2 * life);
  const kept: KeptEvidence = { line: record.line, cluster: outcome.cluster, evidence: bounded(outcome.evidence) };
  return context.state.move(
    [
      { key: answer, absent: true },
      { key: keys.request(record.id), present: true },
    ],
    [
      { set: answer, value: vault.seal(answer, { ...outcome, evidence: [] }, 2 * life), ttl: life },
      { set: evidence, value: vault.seal(evidence, kept), ttl: evidenceLife },
      { unrank: keys.deadlines(replyTo), member: outcome.job },
      { rank: keys.outbox(replyTo), member: record.id, at: context.now() + showWithin },
      { rank: keys.unrecorded, member: outcome.job, at: context.now() + showWithin },
      ...(change === null ? [] : [{ set: keys.request(record.id), value: text, ttl: life }, ...context.approvals.creation(change)]),
    ],
  );
}

/** Answers a job that is overdue; false when an outcome came first. */
export async function settleLate(context: Context, job: string): Promise<boolean> {
  const known = await load(context, requestOf(job));
  const asked = known?.record.jobs.find((one) => one.id === job);
  if (known === null || asked === undefined) {
    await context.state.move([], [{ unrank: keys.deadlines(context.replyTo), member: job }]);
    return false;
  }
  const { cluster } = asked;
  const seconds = Math.round((asked.deadline - known.record.started) / 1000);
  const { failure } = fail("timeout", `${cluster} did not answer within ${seconds} s`, {
    hint: "its worker may have died; `clusters` shows who is alive",
  });
  const now = context.now();
  const outcome: Outcome = { v: wireVersion, job, cluster, worker: "", ok: false, failure, evidence: [], started: now, ended: now };
  const won = await settle(context, known.record, outcome);
  if (won) context.ledger.answered(known.record, outcome);
  // Lost: somebody answered and took it off the list, or died in between.
  if (!won) await context.state.move([], [{ unrank: keys.deadlines(context.replyTo), member: job }]);
  return won;
}

function bounded(evidence: readonly Evidence[]): Evidence[] {
  let left = mostEvidence;
  return evidence.map((one) => {
    const { output, ...rest } = one;
    if (output === undefined) return one;
    const kept = output.slice(0, Math.max(0, left));
    left -= kept.length;
    return kept.length === output.length ? one : { ...rest, output: `${kept}\n(cut)` };
  });
}
