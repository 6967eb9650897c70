import { type Change, planOf, votesOf } from "../../approvals/record.js";
import { actorId } from "../../contract/actor.js";
import { seal } from "../../contract/envelope.js";
import { toFailure } from "../../contract/failure.js";
import { Job, wireVersion } from "../../contract/job.js";
import { shortDigest } from "../../contract/plan.js";
import type { Context } from "../context.js";
import { keys } from "../record.js";
import { tryToShow } from "../show.js";
import { tell } from "./tell.js";

/** Clocks of bot and worker may differ by this, ms. */
const skew = 30_000;

/**
 * What follows from a move: the record, the worker, the card, the people. Each is repeated by the watch until it is done,
 * and doing it twice is doing it once.
 */
export async function followUp(context: Context, change: Change): Promise<void> {
  await firstOfAll(context, change);
  await show(context, change);
}

/** The same for somebody who waits for an answer: the worker has it when this comes back, cards and people hear of it in a moment. */
export async function followUpSoon(context: Context, change: Change): Promise<void> {
  await firstOfAll(context, change);
  // If this bot dies now, the card is another one's to bring up to date.
  await context.state.move([], [{ rank: keys.outbox(context.replyTo), member: change.request, at: context.now() + showWithin }]);
  context.later(`what follows from a move of ${change.id}`, () => show(context, change));
}

/** Ms. */
const showWithin = 3000;

/** Changes that end by themselves, by the time at which people are to hear of it. */
export const endings = "changes-ending";
/** Ms. */
const beforeEnd = 15 * 60_000;

async function firstOfAll(context: Context, change: Change): Promise<void> {
  recordMove(context, change);
  if (change.state === "approved") await handOver(context, change);
}

async function show(context: Context, change: Change): Promise<void> {
  await refresh(context, change);
  await tell(context, change);
  await remember(context, change);
}

/** What ends by itself is announced some time before it does. */
async function remember({ state }: Context, change: Change): Promise<void> {
  const ends = change.news?.ends ?? null;
  if (change.state !== "applied" || planOf(change).terms.ends !== "expiry" || ends === null) return;
  await state.move([], [{ rank: endings, member: change.id, at: ends - beforeEnd }]);
}

function recordMove(context: Context, change: Change): void {
  const last = change.history.at(-1);
  const plan = planOf(change);
  context.ledger.changed({
    change: change.id,
    request: change.request,
    cluster: change.cluster,
    line: plan.line,
    state: change.state,
    who: last?.who ?? null,
    channel: change.place.channel,
    note: [last?.what, last?.note].filter((part) => (part ?? "") !== "").join(": "),
  });
}

/** The approved change goes to the worker. Its id is that of the plan, so that it is queued once however often this is called. */
export async function handOver(context: Context, change: Change): Promise<void> {
  const cluster = context.cluster(change.cluster);
  if (cluster === undefined) return;
  const plan = planOf(change);
  const id = `${change.id}-${plan.revision}-${shortDigest(plan)}`;
  const votes = votesThatCount(context, change);
  if (change.emergency === null && votes.length < plan.terms.approvers) return lostVotes(context, change);
  const payload: Job = Job.parse({
    v: wireVersion,
    id,
    request: change.request,
    command: plan.line.split(" ")[0] ?? "apply",
    phase: "run",
    args: [],
    line: plan.line.slice(0, 4000),
    cluster: change.cluster,
    actor: plan.requester,
    origin: { via: "button", ...(change.place.channel === null ? {} : { channel: change.place.channel }) },
    deadline: plan.expires,
    replyTo: context.replyTo,
    approval: { plan: change.signed, votes: votes.slice(0, 20), emergency: change.emergency },
  });
  const ttl = plan.expires - context.now() + skew;
  if (ttl <= 0) return;
  const what = { kind: "job" as const, id, cluster: change.cluster, actor: actorId(plan.requester), ttl, payload };
  await cluster.queue.submit(seal(what, context.signingKey, context.now()), "changes");
  const { refused } = await context.approvals.act(change.id, { kind: "submitted" });
  if (refused !== null) context.log.info({ change: change.id, failure: refused }, "a change was queued and had moved on by then");
}

/** Approvals of people who may still give them. */
function votesThatCount({ authorise }: Context, change: Change): Change["votes"] {
  const { severity } = planOf(change);
  const given = votesOf(change);
  return change.votes.filter((_, i) => {
    const vote = given[i];
    if (vote?.verdict !== "approve") return false;
    const channel = vote.voter.kind === "slack" ? change.place.channel : null;
    return authorise({ actor: vote.voter, channel, role: "approver", cluster: change.cluster, personal: severity === "high" }).ok;
  });
}

/** Somebody who agreed has lost the right to: what is not handed over yet is not handed over. */
async function lostVotes(context: Context, change: Change): Promise<void> {
  const reason = "somebody who agreed to it is no approver any more";
  const { change: after, moved } = await context.approvals.act(change.id, { kind: "cancel", actor: planOf(change).requester, reason });
  if (moved) await show(context, after);
}

/** Its card is made anew. */
async function refresh(context: Context, change: Change): Promise<void> {
  try {
    await tryToShow(context, change.request);
  } catch (error) {
    context.log.warn({ change: change.id, failure: toFailure(error) }, "the card of a change was not brought up to date");
  }
}
