import { toFailure } from "../contract/failure.js";
import { settleLate } from "./answers.js";
import type { Context } from "./context.js";
import { deliver, load, type Showing } from "./deliver.js";
import { keys, recordLife, requestOf } from "./record.js";

/** Each thing taken belongs to one bot for this long; if it dies, another takes it then. Ms. */
const holdDeadline = 5000;
const holdPost = 8000;
const most = 50;

/** Answers jobs that are overdue, whichever bot they came through and however often it was restarted. */
export async function lateJobs(context: Context): Promise<void> {
  const now = context.now();
  for (const job of await context.state.take(keys.deadlines(context.replyTo), { now, until: now + holdDeadline, limit: most })) {
    if (!(await settleLate(context, job))) continue;
    context.log.warn({ request: requestOf(job), job }, "no outcome came in time");
    await tryToShow(context, requestOf(job));
  }
}

/** Posts what is stored and not yet shown: the bot that should have done so died, or Slack did not take it. */
export async function unshown(context: Context): Promise<void> {
  const now = context.now();
  const due = await context.state.take(keys.outbox(context.replyTo), { now, until: now + holdPost, limit: most });
  await Promise.all(due.map((id) => tryToShow(context, id)));
}

/** Records the answers whose bot died before it did. */
export async function unrecorded(context: Context): Promise<void> {
  const now = context.now();
  for (const job of await context.state.take(keys.unrecorded, { now, until: now + holdPost, limit: most })) {
    const known = await load(context, requestOf(job));
    const outcome = known?.answers.get(job);
    if (known !== null && outcome !== undefined) context.ledger.answered(known.record, outcome);
    else await context.state.move([], [{ unrank: keys.unrecorded, member: job }]);
  }
}

/** Takes requests off the list of those that made jobs once nobody can ask for them any more. */
export async function forgetOld(context: Context): Promise<void> {
  const now = context.now();
  const old = await context.state.take(keys.asked, { now: now - recordLife, until: now, limit: most });
  if (old.length > 0)
    await context.state.move(
      [],
      old.map((member) => ({ unrank: keys.asked, member })),
    );
}

/** Shows a request's card now; what fails is tried again later and later, and in the end given up aloud. */
export async function tryToShow(context: Context, id: string, how: Pick<Showing, "taker"> = {}): Promise<void> {
  try {
    await deliver(context, id, { patience: 3000, ...how });
  } catch (error) {
    context.log.warn({ request: id, err: error }, "a message could not be posted; it is tried again");
    await later(context, id, toFailure(error).code === "busy").catch((other: unknown) =>
      context.log.warn({ request: id, err: other }, "the retry was not noted"),
    );
  }
}

/** What only had to wait is tried again soon; for the rest the patience grows. */
async function later(context: Context, id: string, soon: boolean): Promise<void> {
  const outbox = keys.outbox(context.replyTo);
  const known = await load(context, id);
  const now = context.now();
  const age = known === null ? recordLife : now - known.record.started;
  if (age >= recordLife / 2) {
    context.log.error({ request: id }, "a message could not be posted for an hour and is given up");
    await context.state.move([], [{ unrank: outbox, member: id }]);
    return;
  }
  await context.state.move([], [{ rank: outbox, member: id, at: now + (soon ? 1500 : Math.min(60_000, Math.max(1000, age / 2))) }]);
}
