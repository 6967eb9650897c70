import { z } from "zod";
import { ChangeState, News, Order, Vote } from "../contract/change.js";
import { Envelope } from "../contract/envelope.js";
import { Plan } from "../contract/plan.js";

/** Something that happened to a change, for people to read. `who` is an actorId() or `worker:<id>`; null = the clock, or the rules. */
export const Happened = z.object({
  /** Epoch ms; of what a worker did, by its clock. */
  at: z.number(),
  what: z.string(),
  who: z.string().nullable(),
  name: z.string().nullable(),
  note: z.string().nullable(),
});
export type Happened = z.infer<typeof Happened>;

/** A change as the bots keep it, sealed by the one that wrote it last. Times are epoch ms. */
export const Change = z.object({
  /** The plan's own id. */
  id: z.string(),
  /** Id of the request whose message is its card. */
  request: z.string(),
  cluster: z.string(),
  state: ChangeState,
  /** The worker's plan as it signed it; a bot has verified it before it came in here. */
  signed: Envelope,
  /** Signed at the click; one for each person, the newest. */
  votes: z.array(Envelope),
  emergency: Envelope.nullable(),
  /** What the worker said last, by its `seq`. */
  news: News.nullable(),
  /** Oldest first; of a long one the middle is left out. */
  history: z.array(Happened).max(100),
  place: z.object({ channel: z.string().nullable(), thread: z.string().nullable() }),
  requesterName: z.string(),
  created: z.number(),
  /** When it came to its end; null = it is open. */
  ended: z.number().nullable(),
  /** What somebody wants done with it and the worker has not answered yet. */
  wantedKeep: Order.nullable(),
  /** When the approvers were mentioned and reminded, each once. */
  told: z.object({ mentioned: z.number().nullable(), reminded: z.number().nullable() }),
  /** Goes up by one with everything that moves. */
  turn: z.number().int().positive(),
});
export type Change = z.infer<typeof Change>;

// Parsing costs more than all decisions together, and an envelope never changes.
const plans = new WeakMap<Envelope, Plan>();
const cast = new WeakMap<Envelope, Vote>();

/** The plan of a change. */
export const planOf = ({ signed }: Pick<Change, "signed">): Plan => parsedOnce(plans, signed, Plan);

/** The votes of a change, one for each person. */
export const votesOf = ({ votes }: Pick<Change, "votes">): Vote[] => votes.map((envelope) => parsedOnce(cast, envelope, Vote));

function parsedOnce<T>(known: WeakMap<Envelope, T>, envelope: Envelope, schema: z.ZodType<T>): T {
  const value = known.get(envelope) ?? schema.parse(JSON.parse(envelope.payload));
  known.set(envelope, value);
  return value;
}

/** How long a change is known after its end. */
const afterlife = 30 * 86_400_000;

/** How long a change is kept from now on, ms: 30 days after its end, or after the latest moment at which it may end. */
export function lifeOf(change: Change, now: number): number {
  const last = change.ended ?? Math.max(planOf(change).expires, change.news?.ends ?? 0);
  return Math.max(1, afterlife + Math.max(0, last - now));
}

/** Where changes lie. The sets are indexes only, of `<cluster>/<id>`: what counts is the sealed record. */
export const keys = {
  change: (id: string): string => `change:${id}`,
  /** Not ended, by their creation. */
  open: "changes-open",
  /** All, by their creation. */
  all: "changes",
  /** By the time at which a bot has to do something about them. */
  due: "changes-due",
};

export const memberOf = ({ cluster, id }: Pick<Change, "cluster" | "id">): string => `${cluster}/${id}`;
export const idOf = (member: string): string => member.slice(member.lastIndexOf("/") + 1);
