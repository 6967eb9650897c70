import { whatIsDue } from "../../approvals/due.js";
import { type Change, planOf } from "../../approvals/record.js";
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
  const due = whatIsDue(change, context.now());
  if (due === "submit") return handOver(context, change);
  if (due !== null) {
    const { change: after, moved } = await context.approvals.act(id, { kind: due });
    if (moved) await (due === "remind" ? remind(context, after) : followUp(context, after));
    return;
  }
  await endSoon(context, change);
}

async function endSoon(context: Context, change: Change): Promise<void> {
  const ends = change.news?.ends ?? null;
  if (change.state !== "applied" || planOf(change).terms.ends !== "expiry" || ends === null) return;
  if (ends - context.now() <= beforeEnd) await announceEnd(context, change, ends);
}
