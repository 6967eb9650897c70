import type { Change } from "../approvals/record.js";
import { fail, toFailure } from "../contract/failure.js";
import { Outcome, type Progress } from "../contract/outcome.js";
import { type Card, cardOf } from "./card.js";
import type { Context } from "./context.js";
import { type Lease, lease } from "./lease.js";
import type { Mark, Place, Posted } from "./ports.js";
import { changeLife, Delivered, jobId, keys, RequestRecord, recordLife } from "./record.js";

/** A call to Slack has ended by then, one way or the other, ms. */
const postWithin = 14_000;

/** Whoever takes a request has stored it by then, or said that it was not taken, ms. */
const takerFirst = 3000;

export type Shown = "shown" | "busy" | "gone";
export interface Showing {
  progress?: ReadonlyMap<string, Progress>;
  /** How long to wait for another bot that is posting for this request, ms. */
  patience?: number;
  /**
   * Whoever took the request shows it first: `new` = no message of it can be there; `again` = it was delivered before, and somebody
   * may have said that it was not taken. Others leave the first message to him for a while, and then look for one.
   */
  taker?: "new" | "again";
}

/**
 * Brings the one message of a request up to date: posts it, or updates it in place. Only one bot at a time does so.
 * Throws when the message could not be posted; the outbox then has it again.
 */
export async function deliver(context: Context, id: string, { progress, patience = 0, taker }: Showing = {}): Promise<Shown> {
  const held = await lease(context, id, patience);
  if (held === null) return "busy";
  try {
    return await bringUpToDate(context, id, { progress, held, taker });
  } finally {
    await held.release();
  }
}

interface Holding {
  progress: ReadonlyMap<string, Progress> | undefined;
  held: Lease;
  taker: Showing["taker"];
}

async function bringUpToDate(context: Context, id: string, { progress, held, taker }: Holding): Promise<Shown> {
  let news = progress;
  // Held anew for each further round; whoever lost it has nothing more to say.
  for (let round = 0; round === 0 || (await held.write([])); round++) {
    const known = await load(context, id);
    if (known === null) {
      await context.state.move([], [{ unrank: keys.outbox(context.replyTo), member: id }]);
      return "gone";
    }
    const { record, answers, delivered, change } = known;
    const due = record.started + takerFirst;
    if (delivered === null && taker === undefined && context.now() < due) {
      await context.state.move([], [{ rank: keys.outbox(context.replyTo), member: id, at: due }]);
      return "busy";
    }
    const made = cardOf({ record, answers, progress: news ?? new Map(), change }, context.commands, context.names);
    const card = delivered?.repeated === true ? repeatedly(made) : made;
    const next = await show(context, {
      record,
      card,
      delivered,
      answered: answers.size,
      news: news !== undefined,
      turn: change?.turn ?? 0,
      held,
      look: taker !== "new",
    });
    news = undefined;
    // Settled only if no further answer came while this was shown; else once more round.
    const settled = await held.finish(
      [{ unrank: keys.outbox(context.replyTo), member: id }, saved(context, record, next)],
      [
        ...known.unanswered.map((job) => ({ key: keys.answer(job), absent: true as const })),
        ...(known.changeText === null ? [] : [known.changeText]),
      ],
    );
    if (settled) return "shown";
    await context.state.move([], [saved(context, record, next)]);
  }
  return "busy";
}

interface Loaded {
  record: RequestRecord;
  answers: Map<string, Outcome>;
  delivered: Delivered | null;
  /** Jobs under which nothing is stored. */
  unanswered: string[];
  /** The change that came of it; null = none did. */
  change: Change | null;
  /** What must hold for it to be still the same; null = there is none. */
  changeText: { key: string; is: string } | null;
}

/** A request with its answers; null when it is unknown, too old, or was given up. */
export async function load(context: Context, id: string): Promise<Loaded | null> {
  const { state, vault } = context;
  // The answers to all jobs that it may have are read along with it.
  const likely = context.clusters.map((_, index) => jobId(id, index));
  const [text = null, shown = null, ...stored] = await state.getAll([keys.request(id), keys.delivered(id), ...likely.map(keys.answer)]);
  if (text === null || text.startsWith("claim:")) return null;
  const record = vault.open(keys.request(id), text, RequestRecord);
  if (record === null) return null;
  const texts = record.jobs.every((job) => likely.includes(job.id))
    ? record.jobs.map((job) => stored[likely.indexOf(job.id)])
    : await state.getAll(record.jobs.map((job) => keys.answer(job.id)));
  const answers = new Map<string, Outcome>();
  record.jobs.forEach((job, index) => {
    const outcome = vault.open(keys.answer(job.id), texts[index] ?? null, Outcome);
    if (outcome !== null) answers.set(job.id, outcome);
  });
  const unanswered = record.jobs.filter((_, index) => (texts[index] ?? null) === null).map((job) => job.id);
  const { change, stored: changeText } = record.change === null ? noChange : await context.approvals.stored(record.change);
  return { record, answers, unanswered, delivered: vault.open(keys.delivered(id), shown, Delivered), change, changeText };
}

const noChange = { change: null, stored: null };

interface Step {
  record: RequestRecord;
  card: Card;
  delivered: Delivered | null;
  answered: number;
  news: boolean;
  /** Of the change that it shows. */
  turn: number;
  held: Lease;
  /** A message may be there although none is noted. */
  look: boolean;
}

/** Does what is due and says how the delivery stands then. */
async function show(context: Context, step: Step): Promise<Delivered> {
  const { record, card, delivered, answered, news, turn, held } = step;
  if (delivered?.final === true && delivered.turn === turn) return delivered;
  const next = (sent: Sent): Delivered => ({ ...sent, state: "posted", shown: answered, final: card.complete, since: 0, turn });
  const again = delivered?.final === true ? { again: true } : {};
  const mark: Mark = { request: record.id, state: card.complete ? "answered" : "working", ...again };
  if (delivered?.state !== "posted") return next(await first(context, step, mark));
  if (delivered.shown === answered && !news && !card.complete) return delivered;
  const { posted, repeated } = delivered;
  if (posted !== null) {
    held.check();
    await inTime(context.deliver.update(record.place, posted, card.view, mark));
    return next({ posted, repeated });
  }
  // It cannot be edited: the finished answer follows it, half-finished ones do not, nor what a change comes to after its card.
  if (delivered.final) return { ...delivered, turn };
  return card.complete ? next({ posted: await post(context, step, mark), repeated }) : { ...delivered, shown: answered };
}

type Sent = Pick<Delivered, "posted" | "repeated">;

/** The first message, or the one that a bot was about to post when it died. */
async function first(context: Context, step: Step, mark: Mark): Promise<Sent> {
  const { record, card, delivered, held, look } = step;
  const replaced = replacedBy(record);
  if (delivered?.state === "posting") return again(context, { ...step, delivered }, mark);
  const there = look && delivered === null ? await inTime(context.deliver.find(record.place, record.id)) : null;
  if (there !== null) return adopt(context, step, { there, mark, repeated: false });
  if (replaced === null) return { posted: await post(context, step, mark), repeated: false };
  try {
    await intend(context, step);
    held.check();
    await inTime(context.deliver.update(record.place, replaced, card.view, mark));
    return { posted: replaced, repeated: false };
  } catch (error) {
    context.log.warn({ request: record.id, err: error }, "the message to replace could not be replaced; posting a new one");
    return { posted: await post(context, step, mark), repeated: false };
  }
}

/** Somebody was about to post and did not say how that went. What may still be on its way is waited for, not overtaken. */
async function again(context: Context, step: Step & { delivered: Delivered }, mark: Mark): Promise<Sent> {
  const { record, card, delivered } = step;
  const found = await inTime(context.deliver.find(record.place, record.id));
  if (found === null) {
    if (context.now() < delivered.since + postWithin) throw fail("busy", "a post of a bot that died may be on its way");
    const marked = { ...step, card: delivered.repeated ? card : repeatedly(card), delivered: { ...delivered, repeated: true } };
    return { posted: await post(context, marked, mark), repeated: true };
  }
  return adopt(context, step, { there: found, mark, repeated: delivered.repeated });
}

/** Makes a message that is there the one of the request. */
async function adopt(
  context: Context,
  step: Step,
  { there, mark, repeated }: { there: Posted; mark: Mark; repeated: boolean },
): Promise<Sent> {
  await intend(context, step);
  step.held.check();
  await inTime(context.deliver.update(step.record.place, there, step.card.view, mark));
  return { posted: there, repeated };
}

/** A message that may be the second one says so for as long as it is there. */
function repeatedly(card: Card): Card {
  return { ...card, view: { ...card.view, footer: [...card.view.footer, "repeated"] } };
}

/** A refused Refresh must not wipe out the card that it was pressed on. */
function replacedBy({ place, onlyFor }: RequestRecord): Posted | null {
  return place.kind === "slack" && place.replaces !== null && !onlyFor ? { channel: place.channel, ts: place.replaces } : null;
}

/** Noted before and after: who finds the note after a crash looks for the message, and does not post as if nothing had been. */
async function post(context: Context, step: Step, mark: Mark): Promise<Posted | null> {
  const { record, card, delivered, held } = step;
  const place: Place = record.place.kind === "slack" ? { ...record.place, replaces: null } : record.place;
  await intend(context, step);
  try {
    held.check();
    return await inTime(context.deliver.post(place, card.view, mark, { onlyFor: record.onlyFor }));
  } catch (error) {
    const before = delivered === null ? { drop: keys.delivered(record.id) } : saved(context, record, delivered);
    // Its turn did not come, so nobody need look for it; or it failed, and nothing is on its way any more.
    const note = toFailure(error).code === "busy" ? before : saved(context, record, posting(step, 0));
    await held.write([note]).catch(() => false);
    throw error;
  }
}

async function intend(context: Context, step: Step): Promise<void> {
  if (!(await step.held.write([saved(context, step.record, posting(step, context.now()))])))
    throw fail("busy", "another bot shows this request");
}

function posting({ delivered }: Step, since: number): Delivered {
  return { state: "posting", posted: null, shown: 0, final: false, since, repeated: delivered?.repeated ?? false, turn: 0 };
}

function saved(context: Context, { id, change }: RequestRecord, value: Delivered): { set: string; value: string; ttl: number } {
  const key = keys.delivered(id);
  const life = change === null ? recordLife : changeLife;
  return { set: key, value: context.vault.seal(key, value, 2 * life), ttl: life };
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
