import { z } from "zod";
import type { FreezeEntry } from "../../command/desk.js";
import type { Actor } from "../../contract/actor.js";
import { Freeze } from "../../contract/change.js";
import type { Context } from "../context.js";

/** Where the freeze of a cluster is kept. */
export const freezeKey = (cluster: string): string => `freeze:${cluster}`;
const Kept = z.object({ freeze: Freeze, name: z.string() });

/** The freezes that are in force, of clusters that answer here. */
export async function freezes(context: Context, { actor, channel }: { actor: Actor; channel: string | null }): Promise<FreezeEntry[]> {
  const names = context.standing(actor, channel).clusters;
  const found = await Promise.all(names.map((name) => freezeOf(context, name)));
  return found.filter((one) => one !== null);
}

/** Whether changes of a cluster are stopped; null = they are not. */
export async function freezeOf(context: Context, cluster: string): Promise<FreezeEntry | null> {
  const kept = context.vault.open(freezeKey(cluster), await context.state.get(freezeKey(cluster)), Kept);
  if (kept === null || kept.freeze.until <= context.now()) return null;
  const { until, why } = kept.freeze;
  return { cluster, until, why, who: kept.name };
}
