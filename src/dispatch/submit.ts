import { createHash } from "node:crypto";
import { isDryRun } from "../command/define.js";
import { actorId } from "../contract/actor.js";
import { seal } from "../contract/envelope.js";
import { type Failure, fail, toFailure } from "../contract/failure.js";
import { type AuditHead, Job, wireVersion } from "../contract/job.js";
import { view } from "../contract/view.js";
import { cardOf } from "./card.js";
import { checkFreeze } from "./changes/desk.js";
import { replanned } from "./changes/replan.js";
import { claim } from "./claim.js";
import { type Context, channelOf } from "./context.js";
import { type Decision, decide, type JobsDecision } from "./decide.js";
import { deskFor } from "./desk.js";
import { failureView, isOnlyForAsker } from "./failure-view.js";
import type { Request, Submitted } from "./ports.js";
import { absence, type Presence, recentPresence } from "./presence.js";
import { jobId, keys, type RequestRecord, recordLife } from "./record.js";
import type { Turns } from "./turns.js";

/** What submit() hands on, with whether the request is kept in Redis; what is not kept is posted once and forgotten. */
export type Stored = Submitted & { kept: boolean };

/** One submit() in flight: after its time nothing more may be stored, and what it stored is taken back. */
interface Hurry {
  late: boolean;
  /** The record that this bot put there, or was about to. */
  record: string | null;
  /** For a second try, once it is understood and may be shown where it was asked. */
  line: string | null;
}

/** A bot that could not announce within this time lets the others do it, ms. */
const announceWithin = 5000;
/** The clocks of bot and worker may differ by this, ms. */
const skew = 30_000;

/** Stores a request and its jobs, or says within timing.submit why not. Never throws. */
export async function submit(context: Context, request: Request, turns: Pick<Turns, "first">): Promise<Stored> {
  const log = context.log.child({ request: request.id });
  const hurry: Hurry = { late: false, record: null, line: null };
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      hurry.late = true;
      reject(fail("queue_unavailable", `the request was not stored within ${context.timing.submit} ms`));
    }, context.timing.submit);
  });
  try {
    return await Promise.race([turns.first(() => stored(context, request, hurry)), tooLate]);
  } catch (error) {
    hurry.late = true;
    const failure = toFailure(error);
    log.error({ err: error }, "the request was not taken");
    giveUp(context, request.id, hurry.record);
    return unkept(request, failure, hurry.line);
  } finally {
    clearTimeout(timer);
  }
}

async function stored(context: Context, asked: Request, hurry: Hurry): Promise<Stored> {
  if (hurry.late) throw tooSlow();
  const request = await replanned(context, asked);
  const decision = decide(context, request);
  if (decision.kind !== "refused" && decision.detail === "full" && !decision.said.private && decision.said.document === null)
    hurry.line = decision.said.line;
  // Who is alive is asked while the delivery is claimed; what the desk knows takes as long as it takes, and a claim dies soon.
  const early = decision.kind === "jobs" ? claim(context, request.id) : null;
  early?.catch(() => undefined);
  const record = await recordOf(context, request, decision);
  const document = decision.kind === "refused" ? null : decision.said.document;
  const { view: show } = cardOf({ record, answers: new Map(), progress: new Map() }, context.commands, context.names);
  const submitted = { request, jobs: record.jobs.map((job) => job.id), show, onlyFor: record.onlyFor };
  // Signed while the claim is under way.
  const text = context.vault.seal(keys.request(record.id), record);
  let claimed: string | null;
  try {
    claimed = await (early ?? claim(context, request.id));
  } catch (error) {
    // What needs no queue is answered also without Redis.
    if (record.jobs.length === 0) {
      context.log.warn(
        { request: request.id, line: record.line, actor: actorId(request.actor) },
        "answered without a place in the audit record",
      );
      return { ...submitted, duplicate: false, kept: false };
    }
    throw error;
  }
  if (claimed === null) return { ...submitted, jobs: [], show: view("info", "already taken"), onlyFor: true, duplicate: true, kept: true };
  hurry.record = text;
  if (hurry.late) throw tooSlow();
  const [committed, audit] = await Promise.all([commit(context, record, { claimed, text }), context.ledger.asked(record, request.text)]);
  if (!committed) throw tooSlow();
  for (const job of record.jobs) if (!hurry.late) await queue(context, record, { ...job, audit, document });
  context.log.info({ request: request.id, line: record.line, actor: actorId(request.actor), jobs: submitted.jobs }, "taken");
  return { ...submitted, duplicate: false, kept: true };
}

const tooSlow = (): Error => fail("queue_unavailable", "redis was too slow to store the request");

function unkept(request: Request, failure: Failure, line: string | null): Stored {
  return { request, duplicate: false, jobs: [], show: failureView(failure, line), onlyFor: isOnlyForAsker(failure), kept: false };
}

async function recordOf(context: Context, request: Request, decision: Decision): Promise<RequestRecord> {
  const base = {
    id: request.id,
    actor: request.actor,
    via: request.via,
    place: request.place,
    started: context.now(),
    words: [] as string[],
    jobs: [],
    missing: [],
    leftOut: [],
    private: false,
    document: null,
    change: null,
  };
  if (decision.kind === "refused") {
    const show = failureView(decision.failure, decision.line);
    return { ...base, line: decision.line ?? "", command: "", detail: "full", onlyFor: isOnlyForAsker(decision.failure), show };
  }
  const { said, detail } = decision;
  const known = {
    ...base,
    line: said.line,
    command: said.name,
    words: said.words,
    detail,
    private: said.private,
    document: digestOf(said.document),
  };
  return decision.kind === "desk"
    ? { ...known, ...(await atDesk(context, request, decision)) }
    : { ...known, ...(await asked(context, base, decision)) };
}

const digestOf = (document: string | null): RequestRecord["document"] =>
  document === null ? null : { sha256: createHash("sha256").update(document).digest("hex"), bytes: Buffer.byteLength(document) };

type DeskDecision = Extract<Decision, { kind: "desk" }>;

/** Help, refusals and the like are for the asker; what the desk knows about clusters is for everybody. */
async function atDesk(
  context: Context,
  request: Request,
  { command, said, detail }: DeskDecision,
): Promise<Pick<RequestRecord, "show" | "onlyFor" | "detail">> {
  const channel = channelOf(request.place);
  try {
    const show = await command.run(deskFor(context, request), said.args, { actor: request.actor, channel, document: said.document });
    // What everybody may ask tells of the bot and of the asker, to the asker.
    const open = command.open === true;
    return { show, onlyFor: open || command.quiet === true || said.private, detail: open ? "full" : detail };
  } catch (error) {
    const failure = toFailure(error);
    context.log.warn({ request: request.id, err: error }, "a command of the bot failed");
    return { show: failureView(failure, said.line), onlyFor: isOnlyForAsker(failure), detail };
  }
}

/** One job per cluster that has a worker; a cluster without one is answered at once. */
async function asked(
  context: Context,
  { id, started }: { id: string; started: number },
  { command, clusters, leftOut, said }: JobsDecision,
): Promise<Pick<RequestRecord, "show" | "onlyFor" | "jobs" | "missing" | "leftOut">> {
  const frozen = await frozenIn(context, { command, clusters, said });
  if (frozen !== null) return { show: null, onlyFor: false, jobs: [], missing: [frozen], leftOut };
  const present = await Promise.all(
    clusters.map(async (name): Promise<Presence> => {
      const cluster = context.cluster(name);
      return cluster === undefined ? { alive: [], doubts: [] } : recentPresence(cluster, context.log, context.now());
    }),
  );
  const silent = (index: number): boolean => present[index]?.alive.length === 0;
  const deadline = started + command.timeout + context.timing.queueing;
  const jobs = clusters.map((cluster, index) => ({ id: jobId(id, index), cluster, deadline })).filter((_, index) => !silent(index));
  const missing = clusters.flatMap((cluster, index) => {
    const seen = present[index];
    return seen && silent(index) ? [{ cluster, failure: absence(cluster, seen) }] : [];
  });
  return { show: null, onlyFor: said.private, jobs, missing, leftOut };
}

/** What may be proposed also while changes are frozen. */
const always: ReadonlySet<string> = new Set(["rollback"]);

/** A change that is asked for while changes of its cluster are frozen; null = it is none, or may be asked for all the same. */
async function frozenIn(
  context: Context,
  { command, clusters, said }: Pick<JobsDecision, "command" | "clusters" | "said">,
): Promise<RequestRecord["missing"][number] | null> {
  if (command.risk !== "change" || isDryRun(command, said.args) || said.args["emergency"] !== undefined || always.has(said.name))
    return null;
  for (const cluster of clusters) {
    try {
      await checkFreeze(context, cluster);
    } catch (error) {
      return { cluster, failure: toFailure(error) };
    }
  }
  return null;
}

/** The claim becomes the request: atomic, and refused when the claim has died meanwhile. */
function commit(context: Context, record: RequestRecord, { claimed, text }: { claimed: string; text: string }): Promise<boolean> {
  const key = keys.request(record.id);
  const { replyTo, timing } = context;
  return context.state.move(
    [{ key, is: claimed }],
    [
      { set: key, value: text, ttl: recordLife },
      { rank: keys.outbox(replyTo), member: record.id, at: context.now() + announceWithin },
      ...(record.jobs.length === 0 ? [] : [{ rank: keys.asked, member: record.id, at: record.started }]),
      ...record.jobs.map((job) => ({ rank: keys.deadlines(replyTo), member: job.id, at: job.deadline + timing.grace })),
    ],
  );
}

type Recorded = RequestRecord["jobs"][number] & { audit: AuditHead | null; document: string | null };

async function queue(context: Context, record: RequestRecord, { id, cluster, deadline, audit, document }: Recorded): Promise<void> {
  const channel = channelOf(record.place);
  const origin = { via: record.via, ...(channel === null ? {} : { channel }), ...threadOf(record) };
  const payload: Job = Job.parse({
    v: wireVersion,
    id,
    request: record.id,
    command: record.command,
    phase: context.commands.get(record.command)?.risk === "change" ? "preview" : "run",
    args: record.words,
    line: record.line.slice(0, 4000),
    cluster,
    actor: record.actor,
    origin,
    deadline,
    replyTo: context.replyTo,
    ...(audit === null ? {} : { audit }),
    ...(document === null ? {} : { document }),
  });
  const ttl = deadline - context.now() + skew;
  const envelope = seal({ kind: "job", id, cluster, actor: actorId(record.actor), ttl, payload }, context.signingKey, context.now());
  await context.cluster(cluster)?.queue.submit(envelope, "reads");
}

function threadOf(record: RequestRecord): { thread: string } | null {
  return record.place.kind === "slack" && record.place.thread !== null ? { thread: record.place.thread } : null;
}

/**
 * The asker was told that nothing was queued, so nothing may be shown later: this bot's record goes as soon as Redis listens again,
 * and only this bot's, for another one may have taken the same delivery. A job that slipped in runs for nothing; its outcome is not shown.
 */
function giveUp(context: Context, id: string, record: string | null): void {
  if (record === null) return;
  const key = keys.request(id);
  const jobs = context.clusters.map((_, index) => ({ unrank: keys.deadlines(context.replyTo), member: jobId(id, index) }));
  // What another bot has begun to show, in place of what the asker was told, is shown to its end.
  const unshown = { key: keys.delivered(id), absent: true as const };
  const take = async (tries: number): Promise<void> => {
    try {
      await context.state.move(
        [{ key, is: record }, unshown],
        [{ drop: key }, { unrank: keys.outbox(context.replyTo), member: id }, ...jobs],
      );
    } catch {
      if (tries > 0) setTimeout(() => void take(tries - 1), 1000).unref();
    }
  };
  void take(120);
}
