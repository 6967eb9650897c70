import { whatIsDue } from "../../approvals/due.js";
import { planOf } from "../../approvals/record.js";
import type { Context } from "../context.js";
import { endings, followUp, handOver } from "./after.js";
import { announceEnd, remind } from "./tell.js";

/** A change taken here belongs to one bot for so long, ms. */
const hold = 8000;
/** What lasts no longer needs no announcement of its end, ms. */
const shortest = 20 * 60_000;

/** Changes whose time has come: what waited too long expires, who should vote is reminded, what was approved is handed over again. */
export async function changesDue(context: Context): Promise<void> {
  for (const id of await context.approvals.due(context.now())) await look(context, id);
  await endSoon(context);
}

async function look(context: Context, id: string): Promise<void> {
  const change = await context.approvals.get(id);
  if (change === null) return;
  const due = whatIsDue(change, context.now());
  if (due === "submit") return handOver(context, change);
  if (due !== null) {
    const { change: after, moved } = await context.approvals.act(id, { kind: due });
    if (moved) await (due === "remind" ? remind(context, after) : followUp(context, after));
  }
}

/** What was asked for until a time, and ends soon. Of an extended one the later end counts. */
async function endSoon(context: Context): Promise<void> {
  const now = context.now();
  for (const id of await context.state.take(endings, { now, until: now + hold, limit: 20 })) {
    const change = await context.approvals.get(id);
    const ends = change?.news?.ends ?? null;
    if (change?.state === "applied" && ends !== null && ends > now && planOf(change).made + shortest < ends)
      await announceEnd(context, change, ends);
    await context.state.move([], [{ unrank: endings, member: id }]);
  }
}
