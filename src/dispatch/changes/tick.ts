import { planOf } from "../../approvals/record.js";
import type { Context } from "../context.js";
import { followUp, handOver } from "./after.js";
import { announceEnd, remind } from "./tell.js";

/** Before something ends by itself people hear of it, ms. */
const beforeEnd = 15 * 60_000;

/** Changes whose time has come: what waited too long expires, who should vote is reminded, what was approved is handed over again. */
export async function changesDue(context: Context): Promise<void> {
  for (const id of await context.approvals.due(context.now())) await look(context, id);
}

async function look(context: Context, id: string): Promise<void> {
  const change = await context.approvals.get(id);
  if (change === null) return;
  const plan = planOf(change);
  const now = context.now();
  if (["proposed", "approved"].includes(change.state) && now >= plan.expires) {
    const { change: after, moved } = await context.approvals.act(id, { kind: "expire" });
    if (moved) await followUp(context, after);
    return;
  }
  if (change.state === "approved") return handOver(context, change);
  if (change.state === "proposed" && change.told.reminded === null) {
    const { change: after, moved } = await context.approvals.act(id, { kind: "reminded" });
    if (moved) await remind(context, after);
    return;
  }
  const ends = change.news?.ends ?? null;
  if (change.state === "applied" && plan.terms.ends === "expiry" && ends !== null && ends - now <= beforeEnd)
    await announceEnd(context, change, ends);
}
