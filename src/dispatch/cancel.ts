import { type Actor, actorId } from "../contract/actor.js";
import { seal } from "../contract/envelope.js";
import { type Failure, fail, toFailure } from "../contract/failure.js";
import { type Cancel, wireVersion } from "../contract/job.js";
import { type View, view } from "../contract/view.js";
import { type Context, channelOf } from "./context.js";
import { load } from "./deliver.js";
import { failureView } from "./failure-view.js";
import type { Place } from "./ports.js";
import type { RequestRecord } from "./record.js";

/** How long a cancel counts for a job that has not started yet, ms. */
const cancelLife = 15 * 60_000;

/** Asks the workers to stop a request's jobs. The answer to the request is then their outcome, `cancelled`. */
export async function cancel(context: Context, { id, actor, place }: { id: string; actor: Actor; place: Place }): Promise<View> {
  try {
    const known = await load(context, id);
    if (known === null) return failureView(fail("not_found", "that request is no longer known").failure, null);
    const { record, answers } = known;
    const running = record.jobs.filter((job) => !answers.has(job.id));
    if (running.length === 0) return view("info", "already answered: there is nothing left to cancel");
    const refused = mayNot(context, record, { actor, place, jobs: running });
    if (refused !== null) return failureView(refused, null);
    for (const job of running) {
      const payload: Cancel = { v: wireVersion, job: job.id, actor };
      const what = { kind: "cancel" as const, id: job.id, cluster: job.cluster, actor: actorId(actor), ttl: cancelLife, payload };
      await context.cluster(job.cluster)?.queue.cancel(job.id, seal(what, context.signingKey, context.now()));
    }
    context.log.info({ request: id, actor: actorId(actor), jobs: running.map((job) => job.id) }, "cancel asked");
    return view("info", `cancelling \`${record.line}\` on ${running.map((job) => job.cluster).join(", ")}`);
  } catch (error) {
    context.log.warn({ request: id, err: error }, "cancel failed");
    return failureView(toFailure(error), null);
  }
}

interface Asking {
  actor: Actor;
  place: Place;
  jobs: RequestRecord["jobs"];
}

/** The asker may, and whoever is an operator of every cluster concerned. */
function mayNot(context: Context, record: RequestRecord, { actor, place, jobs }: Asking): Failure | null {
  if (actorId(actor) === actorId(record.actor)) return null;
  const channel = channelOf(place);
  const refused = jobs
    .map((job) => context.authorise({ actor, channel, role: "operator", cluster: job.cluster }))
    .find((answer) => !answer.ok);
  if (refused === undefined || refused.ok) return null;
  return fail("denied", "only who asked, or an operator, may cancel this", { hint: refused.failure.message }).failure;
}
