import { type Actor, actorId } from "../../src/contract/actor.js";
import { Freeze, Order } from "../../src/contract/change.js";
import { open } from "../../src/contract/envelope.js";
import { fail, toFailure } from "../../src/contract/failure.js";
import type { UsedId } from "../journal/entry.js";
import { isStanding, stateOf } from "../journal/record.js";
import type { Context } from "./context.js";
import { tell } from "./tell.js";

/** Nobody moves the end of a change by more at once, ms. */
const longestExtension = 3_600_000;

const called = (actor: Actor): string => ("name" in actor && actor.name !== undefined ? actor.name : actorId(actor));

/** A signed order, if it is genuine and new; null = it is not, which the log says. */
export function orderIn(context: Context, raw: unknown): { order: Order; used: UsedId } | null {
  return signed(context, () => {
    const { cluster, botKeys, now } = context;
    const { envelope, value: order } = open(raw, Order, { kind: "keep", cluster: cluster.name, keys: botKeys, now: now() });
    if (envelope.id !== order.id || envelope.actor !== actorId(order.actor))
      throw fail("bad_signature", "an order lies under another id or name than it was signed for");
    return { order, used: { id: `order:${order.id}`, until: envelope.exp } };
  });
}

/** The same with a freeze, which an older one does not undo. */
export function freezeIn(context: Context, raw: unknown): { freeze: Freeze; used: UsedId } | null {
  return signed(context, () => {
    const { cluster, botKeys, now, journal } = context;
    const { envelope, value: freeze } = open(raw, Freeze, { kind: "freeze", cluster: cluster.name, keys: botKeys, now: now() });
    if (freeze.cluster !== cluster.name) throw fail("bad_signature", "a freeze is for another cluster than it was signed for");
    if ((journal.state.freeze?.at ?? 0) > freeze.at) throw fail("expired", "a newer freeze is known already");
    return { freeze, used: { id: `freeze:${envelope.id}`, until: envelope.exp } };
  });
}

function signed<T extends { used: UsedId }>({ log, journal }: Context, read: () => T): T | null {
  try {
    const told = read();
    if (!journal.state.used.has(told.used.id)) return told;
    log.warn({ id: told.used.id }, "an order came again and counts no more");
  } catch (error) {
    log.warn({ failure: toFailure(error) }, "an order was not believed");
  }
  return null;
}

/** Writes down that a change is to be put back; false = it does not stand any more. */
export async function end(
  { journal, now }: Context,
  change: string,
  { why, used = [] }: { why: string; used?: UsedId[] },
): Promise<boolean> {
  const begun = await journal.append(
    ({ changes }) => {
      const record = changes.get(change);
      if (record === undefined || !isStanding(record)) return null;
      return { t: "ending" as const, at: now(), change, ending: { goal: "reverted" as const, why }, used };
    },
    { anyway: true },
  );
  return begun !== null;
}

/** Does what an order says; true = the change is to be put back now. */
export async function obey(context: Context, order: Order, used: UsedId[]): Promise<boolean> {
  const { journal, now } = context;
  const { change, want, actor } = order;
  if (want === "revert") {
    const why = `${called(actor)} wanted it reverted`;
    return (await end(context, change, { why, used })) || tooLate(context, order, used);
  }
  const record = journal.state.changes.get(change);
  const by = Math.min(order.by, longestExtension);
  const told =
    want === "keep"
      ? { state: "kept" as const, note: `${called(actor)} kept it` }
      : {
          state: "applied" as const,
          note: `${called(actor)} gave it ${Math.round(by / 60_000)} min more`,
          deadline: Math.max(record?.deadline ?? 0, now()) + by,
        };
  return (await tell(context, change, { ...told, used, when: isStanding })) === null && tooLate(context, order, used);
}

/** Whoever pressed too late learns what has become of it. */
async function tooLate(context: Context, { change, want, actor }: Order, used: UsedId[]): Promise<false> {
  const record = context.journal.state.changes.get(change);
  if (record === undefined) {
    context.log.warn({ change, want }, "an order is for a change that this worker does not know");
    await context.journal.append(() => ({ t: "used", at: context.now(), used }));
    return false;
  }
  const state = stateOf(record);
  const was = record.ending !== null && state === "applied" ? "is being put back already" : `was ${state} already`;
  await tell(context, change, { state, note: `${called(actor)} wanted to ${want} it, but it ${was}`, used });
  return false;
}
