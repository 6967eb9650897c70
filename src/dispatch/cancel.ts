import { type Actor, actorId } from "../contract/actor.js";
import { seal } from "../contract/envelope.js";
import { fail, toFailure } from "../contract/failure.js";
import { type Cancel, wireVersion } from "../contract/job.js";
import { nearest } from "../contract/nearest.js";
import { type View, view } from "../contract/view.js";
import type { Context } from "./context.js";
import { load } from "./deliver.js";
import { failureView } from "./failure-view.js";
import { jobsSeen } from "./jobs.js";
import { type RequestRecord, requestOf } from "./record.js";

/** How long a cancel counts for a job that has not started yet, ms. */
const cancelLife = 15 * 60_000;

/** What somebody wants stopped, and from where he asks. */
export interface Cancelling {
  id: string;
  actor: Actor;
  channel: string | null;
}

/** The Cancel button: asks the workers to stop a request's jobs. The answer to the request is then their outcome, `cancelled`. Never throws. */
export async function cancel(context: Context, asking: Cancelling): Promise<View> {
  try {
    const known = await load(context, asking.id);
    if (known === null) throw fail("not_found", "that request is no longer known");
    return await stop(context, known, { ...asking, only: null });
  } catch (error) {
    const failure = toFailure(error);
    context.log.warn({ request: asking.id, actor: actorId(asking.actor), failure }, "cancel was not done");
    return failureView(failure, null);
  }
}

/** `cancel ID`: the id of a request, or of one of its jobs. Throws `not_found` with the nearest id that is to be seen here, or `denied`. */
export async function cancelById(context: Context, asking: Cancelling): Promise<View> {
  const request = await load(context, asking.id);
  if (request !== null) return stop(context, request, { ...asking, only: null });
  const parent = await load(context, requestOf(asking.id));
  if (parent?.record.jobs.some((job) => job.id === asking.id)) return stop(context, parent, { ...asking, only: asking.id });
  throw fail("not_found", `no request is known as \`${asking.id}\``, { hint: await hintFor(context, asking) });
}

async function hintFor(context: Context, asking: Cancelling): Promise<string> {
  const open = (await jobsSeen(context, asking)).filter((job) => job.state !== "answered");
  const near = nearest(
    asking.id,
    open.flatMap(({ id }) => [id, requestOf(id)]),
  );
  if (near !== null) return `did you mean \`cancel ${near}\`?`;
  return open.length === 0 ? "nothing runs that could be cancelled here; requests are known for 2 hours" : "`jobs` lists what runs";
}

type Loaded = NonNullable<Awaited<ReturnType<typeof load>>>;

async function stop(context: Context, { record, answers }: Loaded, asking: Cancelling & { only: string | null }): Promise<View> {
  const { actor, only } = asking;
  const jobs = record.jobs.filter((job) => only === null || job.id === only);
  const running = jobs.filter((job) => !answers.has(job.id));
  // Whether somebody else's request is answered is told to those only who could have stopped it.
  try {
    checkRight(context, record, { ...asking, jobs: running.length === 0 ? jobs : running });
  } catch (error) {
    await context.ledger.cancel(record, { ...asking, jobs, refused: toFailure(error) });
    throw error;
  }
  if (running.length === 0) return view("info", "already answered: there is nothing left to cancel");
  await context.ledger.cancel(record, { ...asking, jobs: running, refused: null });
  for (const job of running) {
    const payload: Cancel = { v: wireVersion, job: job.id, actor };
    const what = { kind: "cancel" as const, id: job.id, cluster: job.cluster, actor: actorId(actor), ttl: cancelLife, payload };
    await context.cluster(job.cluster)?.queue.cancel(job.id, seal(what, context.signingKey, context.now()));
  }
  context.log.info({ request: record.id, actor: actorId(actor), jobs: running.map((job) => job.id) }, "cancel asked");
  return view("info", `cancelling \`${record.line}\` on ${running.map((job) => job.cluster).join(", ")}`);
}

/** The asker may, and whoever is an operator of every cluster concerned. */
function checkRight(context: Context, record: RequestRecord, asking: Cancelling & { jobs: RequestRecord["jobs"] }): void {
  const { actor, channel, jobs } = asking;
  if (actorId(actor) === actorId(record.actor)) return;
  const refused = jobs
    .map((job) => context.authorise({ actor, channel, role: "operator", cluster: job.cluster }))
    .find((answer) => !answer.ok);
  if (refused === undefined || refused.ok) return;
  throw fail("denied", "only who asked, or an operator, may cancel this", { hint: refused.failure.message });
}
