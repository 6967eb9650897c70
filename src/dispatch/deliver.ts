import { randomUUID } from "node:crypto";
import { toFailure } from "../contract/failure.js";
import { Outcome, type Progress } from "../contract/outcome.js";
import type { View } from "../contract/view.js";
import { type Card, cardOf } from "./card.js";
import type { Context } from "./context.js";
import type { Mark, Place, Posted } from "./ports.js";
import { Delivered, keys, RequestRecord, recordLife } from "./record.js";

/** Longer than one round may take (looking for the message, then posting it), so that nobody else posts meanwhile. Ms. */
const leaseLife = 30_000;
const postWithin = 14_000;

export type Shown = "shown" | "busy" | "gone";
export interface Showing {
  progress?: ReadonlyMap<string, Progress>;
  /** How long to wait for another bot that is posting for this request, ms. */
  patience?: number;
}

/**
 * Brings the one message of a request up to date: posts it, or updates it in place. Only one bot at a time does so.
 * Throws when the message could not be posted; the outbox then has it again.
 */
export async function deliver(context: Context, id: string, { progress, patience = 0 }: Showing = {}): Promise<Shown> {
  const lease = randomUUID();
  const until = performance.now() + patience;
  while (!(await context.state.putNew(keys.lease(id), lease, leaseLife))) {
    if (performance.now() >= until) return "busy";
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  try {
    return await bringUpToDate(context, id, { progress, lease });
  } finally {
    await context.state.move([{ key: keys.lease(id), is: lease }], [{ drop: keys.lease(id) }]).catch(() => false);
  }
}

interface Holding {
  progress: ReadonlyMap<string, Progress> | undefined;
  lease: string;
}

async function bringUpToDate(context: Context, id: string, { progress, lease }: Holding): Promise<Shown> {
  let news = progress;
  const key = keys.lease(id);
  // Held anew each round; whoever lost it has nothing more to say.
  while (await context.state.move([{ key, is: lease }], [{ set: key, value: lease, ttl: leaseLife }])) {
    const known = await load(context, id);
    if (known === null) {
      await context.state.move([], [{ unrank: keys.outbox(context.replyTo), member: id }]);
      return "gone";
    }
    const { record, answers, delivered } = known;
    const card = cardOf({ record, answers, progress: news ?? new Map() }, context.commands, context.names);
    const next = await show(context, { record, card, delivered, answered: answers.size, news: news !== undefined });
    news = undefined;
    // Settled only if no further answer came while this was shown; else once more round.
    const quiet = await context.state.move(
      known.unanswered.map((job) => ({ key: keys.answer(job), absent: true as const })),
      [{ unrank: keys.outbox(context.replyTo), member: id }, saved(context, id, next)],
    );
    if (quiet) return "shown";
    await context.state.move([], [saved(context, id, next)]);
  }
  return "busy";
}

interface Loaded {
  record: RequestRecord;
  answers: Map<string, Outcome>;
  delivered: Delivered | null;
  /** Jobs under which nothing is stored. */
  unanswered: string[];
}

/** A request with its answers; null when it is unknown, too old, or was given up. */
export async function load(context: Context, id: string): Promise<Loaded | null> {
  const { state, vault } = context;
  const [text = null, shown = null] = await state.getAll([keys.request(id), keys.delivered(id)]);
  if (text === null || text.startsWith("claim:")) return null;
  const record = vault.open(keys.request(id), text, RequestRecord);
  if (record === null) return null;
  const texts = await state.getAll(record.jobs.map((job) => keys.answer(job.id)));
  const answers = new Map<string, Outcome>();
  record.jobs.forEach((job, index) => {
    const outcome = vault.open(keys.answer(job.id), texts[index] ?? null, Outcome);
    if (outcome !== null) answers.set(job.id, outcome);
  });
  const unanswered = record.jobs.filter((_, index) => (texts[index] ?? null) === null).map((job) => job.id);
  return { record, answers, unanswered, delivered: vault.open(keys.delivered(id), shown, Delivered) };
}

interface Step {
  record: RequestRecord;
  card: Card;
  delivered: Delivered | null;
  answered: number;
  news: boolean;
}

/** Does what is due and says how the delivery stands then. */
async function show(context: Context, step: Step): Promise<Delivered> {
  const { record, card, delivered, answered, news } = step;
  if (delivered?.final === true) return delivered;
  const next = (posted: Posted | null): Delivered => ({ state: "posted", posted, shown: answered, final: card.complete });
  const mark: Mark = { request: record.id, state: card.complete ? "answered" : "working" };
  if (delivered?.state !== "posted") return next(await first(context, step, mark));
  if (delivered.shown === answered && !news && !card.complete) return delivered;
  const { posted } = delivered;
  if (posted !== null) {
    await inTime(context.deliver.update(record.place, posted, card.view, mark));
    return next(posted);
  }
  // It cannot be edited: the finished answer follows it, half-finished ones do not.
  if (!card.complete) return { ...delivered, shown: answered };
  await intend(context, record.id);
  return next(await anew(context, step, mark));
}

/** Noted before each post: who finds this note after a crash looks for the message, and does not post as if nothing had been. */
async function intend(context: Context, id: string): Promise<void> {
  await context.state.move([], [saved(context, id, { state: "posting", posted: null, shown: 0, final: false })]);
}

/** The first message, or the one that a bot was about to post when it died. */
async function first(context: Context, step: Step, mark: Mark): Promise<Posted | null> {
  const { record, card, delivered } = step;
  const port = context.deliver;
  if (delivered?.state === "posting") {
    const found = await inTime(port.find(record.place, record.id));
    if (found === null) return post(context, record, { view: { ...card.view, footer: [...card.view.footer, "repeated"] }, mark });
    await inTime(port.update(record.place, found, card.view, mark));
    return found;
  }
  await intend(context, record.id);
  const replaced = replacedBy(record);
  if (replaced === null) return anew(context, step, mark);
  try {
    await inTime(port.update(record.place, replaced, card.view, mark));
    return replaced;
  } catch (error) {
    context.log.warn({ request: record.id, err: error }, "the message to replace could not be replaced; posting a new one");
    return anew(context, step, mark);
  }
}

/** A post after which nobody need look for the message if its turn did not come: what was noted before holds again. */
async function anew(context: Context, { record, card, delivered }: Step, mark: Mark): Promise<Posted | null> {
  try {
    return await post(context, record, { view: card.view, mark });
  } catch (error) {
    if (toFailure(error).code === "busy")
      await context.state.move([], [delivered === null ? { drop: keys.delivered(record.id) } : saved(context, record.id, delivered)]);
    throw error;
  }
}

/** A refused Refresh must not wipe out the card that it was pressed on. */
function replacedBy({ place, onlyFor }: RequestRecord): Posted | null {
  return place.kind === "slack" && place.replaces !== null && !onlyFor ? { channel: place.channel, ts: place.replaces } : null;
}

function post(context: Context, record: RequestRecord, { view, mark }: { view: View; mark: Mark }): Promise<Posted | null> {
  const place: Place = record.place.kind === "slack" ? { ...record.place, replaces: null } : record.place;
  return inTime(context.deliver.post(place, view, mark, { onlyFor: record.onlyFor }));
}

function saved(context: Context, id: string, value: Delivered): { set: string; value: string; ttl: number } {
  const key = keys.delivered(id);
  return { set: key, value: context.vault.seal(key, value), ttl: recordLife };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`posting took longer than ${postWithin} ms`)), postWithin);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
