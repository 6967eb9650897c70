import { toFailure } from "../contract/failure.js";
import type { Context } from "./context.js";
import { deliver, load, type Showing } from "./deliver.js";
import { keys, recordLife } from "./record.js";

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
