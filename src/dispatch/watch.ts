import { settleLate } from "./answers.js";
import type { Context } from "./context.js";
import { load } from "./deliver.js";
import { keys, recordLife, requestOf } from "./record.js";
import { tryToShow } from "./show.js";

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
