import type { FreezeEntry } from "../../command/desk.js";
import { actorId, actorLabel } from "../../contract/actor.js";
import type { Freeze } from "../../contract/change.js";
import { seal } from "../../contract/envelope.js";
import { FailureError, fail } from "../../contract/failure.js";
import type { Context } from "../context.js";
import type { Acting } from "./desk.js";
import { freezeKey } from "./freezes.js";

/** The order to the worker counts at least this long, ms. */
const orderLife = 3_600_000;
/** A lifted freeze is kept for a while, so that nothing older than it counts, ms. */
const liftedLife = 60_000;

/** Stops the changes of a cluster for `ms`; 0 lets them on again. The workers are told and keep it on their disks. */
export async function freeze(
  context: Context,
  acting: Acting,
  { cluster, ms, why }: { cluster: string | null; ms: number; why: string },
): Promise<FreezeEntry> {
  const name = oneCluster(context, acting, cluster);
  const answer = context.authorise({ actor: acting.actor, channel: acting.channel, role: "operator", cluster: name });
  if (!answer.ok) throw new FailureError(answer.failure);
  const now = context.now();
  const until = ms === 0 ? 0 : now + ms;
  const value: Freeze = { v: 1, cluster: name, until, why, actor: acting.actor, at: now };
  const text = context.vault.seal(freezeKey(name), { freeze: value, name: actorLabel(acting.actor) });
  await context.state.move([], [{ set: freezeKey(name), value: text, ttl: ms === 0 ? liftedLife : ms }]);
  const id = `freeze-${name}-${now}`;
  const signed = seal(
    { kind: "freeze", id, cluster: name, actor: actorId(acting.actor), ttl: Math.max(ms, orderLife), payload: value },
    context.signingKey,
    now,
  );
  await context.cluster(name)?.queue.submit(signed, "orders");
  return { cluster: name, until, why, who: actorLabel(acting.actor) };
}

function oneCluster(context: Context, { actor, channel }: Acting, cluster: string | null): string {
  const names = context.standing(actor, channel).clusters;
  if (cluster !== null && names.includes(cluster)) return cluster;
  if (cluster !== null) throw fail("not_found", `there is no cluster \`${cluster}\` here`, { hint: `here: ${names.join(", ") || "none"}` });
  const [only, second] = names;
  if (only === undefined || second !== undefined)
    throw fail("usage", "a freeze is for one cluster", { hint: `say which: ${names.join(", ")}` });
  return only;
}
