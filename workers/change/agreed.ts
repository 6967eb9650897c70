import type { z } from "zod";
import { actorId } from "../../src/contract/actor.js";
import { type Approval, Emergency, Vote } from "../../src/contract/change.js";
import { Envelope, open } from "../../src/contract/envelope.js";
import { FailureError, fail } from "../../src/contract/failure.js";
import type { Plan } from "../../src/contract/plan.js";
import type { UsedId } from "../journal/entry.js";
import type { Context } from "./context.js";

/** Who agreed to a plan. */
export interface Agreed {
  /** Why it may not run; null = enough people agreed. */
  lacking: string | null;
  emergency: Emergency | null;
  used: UsedId[];
}

/** Counts the votes for exactly this plan. Throws when one of them is forged or altered. */
export function agreed(context: Context, plan: Plan, approval: Approval): Agreed {
  if (approval.emergency !== null) {
    const { value, used, late } = told(context, approval.emergency, { schema: Emergency, by: ({ actor }) => actorId(actor) });
    const lacking = !isFor(value, plan)
      ? "the emergency was called for another plan"
      : late
        ? "the emergency was called too long ago"
        : null;
    return { lacking, emergency: value, used: [used] };
  }
  const votes = approval.votes.map((raw) => told(context, raw, { schema: Vote, by: ({ voter }) => actorId(voter) }));
  const counted = votes.filter(({ value, late }) => !late && isFor(value, plan));
  return {
    lacking: lackingOf(
      context,
      plan,
      counted.map(({ value }) => value),
    ),
    emergency: null,
    used: votes.map(({ used }) => used),
  };
}

function lackingOf({ limits }: Context, plan: Plan, votes: readonly Vote[]): string | null {
  const against = votes.find(({ verdict }) => verdict === "reject");
  if (against !== undefined) return `${actorId(against.voter)} has rejected it`;
  const requester = actorId(plan.requester);
  const voters = new Set(votes.map(({ voter }) => actorId(voter)).filter((voter) => plan.terms.self || voter !== requester));
  const needed = Math.max(plan.terms.approvers, limits.leastApprovers[plan.severity]);
  return voters.size >= needed ? null : `it has ${voters.size} of the ${needed} votes that it needs`;
}

const isFor = (given: Pick<Vote, "change" | "revision" | "digest">, { id, revision, change }: Plan): boolean =>
  given.change === id && given.revision === revision && given.digest === change;

interface Telling<T> {
  schema: z.ZodType<T>;
  /** Who says it, by its payload. */
  by(value: T): string;
}

/** What a bot has signed, also if that was too long ago. */
function told<T>({ cluster, botKeys, now }: Context, raw: Envelope, { schema, by }: Telling<T>): { value: T; used: UsedId; late: boolean } {
  const how = { kind: "vote" as const, cluster: cluster.name, keys: botKeys };
  const { envelope, value, late } = openLate(raw, schema, { ...how, now: now() });
  if (by(value) !== envelope.actor) throw fail("bad_signature", "a vote is signed for somebody else than it names");
  return { value, late, used: { id: `vote:${envelope.id}`, until: envelope.exp } };
}

/** Opens an envelope also after its time, and says so. Throws when it is not genuine. */
export function openLate<T>(
  raw: unknown,
  schema: z.ZodType<T>,
  how: Parameters<typeof open>[2] & { now: number },
): { envelope: Envelope; value: T; late: boolean } {
  try {
    return { ...open(raw, schema, how), late: false };
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== "expired") throw error;
    return { ...open(raw, schema, { ...how, now: Envelope.parse(raw).iat }), late: true };
  }
}
