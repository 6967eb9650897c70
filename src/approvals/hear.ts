import type { News } from "../contract/change.js";
import type { Failure } from "../contract/failure.js";
import { type Change, planOf } from "./record.js";
import { agreed, type Decided, moved, refused, unmoved } from "./step.js";
import { mayTell } from "./transitions.js";
import { standing } from "./truth.js";

/**
 * What the worker says. Its journal is the truth, so it may skip states (a message was lost) and put back what somebody just asked to
 * keep; of its messages the latest counts, and an older one or the same again changes nothing.
 */
export function hear(change: Change, news: News, now: number): Decided {
  const wrong = foreign(change, news);
  if (wrong !== null) return refused(change, wrong);
  if (change.news !== null && news.seq <= change.news.seq) return unmoved(change);
  // Somebody's wish is still on its way to the worker; that it is applied is no answer to it.
  const state = change.state === "keep_requested" && news.state === "applied" ? change.state : news.state;
  if (!mayTell(change.state, state, wasAgreed(change))) return refused(change, impossible(change, news, now));
  const entry = { at: news.at, what: state, who: `worker:${news.worker}`, name: null, note: news.note };
  const wantedKeep = answered(change, news) ? null : change.wantedKeep;
  return moved(change, { state, news, wantedKeep, entry: state === change.state ? null : entry }, now);
}

/** What is cancelled was approved before, also when the one who rejects it then is one of those who had approved. */
const wasAgreed = (change: Change): boolean => change.state === "cancelled" || agreed(change);

function foreign(change: Change, news: News): Failure | null {
  const { revision } = planOf(change);
  if (news.change === change.id && news.cluster === change.cluster && news.revision === revision) return null;
  const message = `the worker speaks of ${news.change} revision ${news.revision} on ${news.cluster}, not of ${change.id} revision ${revision} on ${change.cluster}`;
  return { code: "approval_stale", message };
}

function impossible(change: Change, news: News, now: number): Failure {
  const message = `worker ${news.worker} says that ${change.id} is ${news.state}, but here it is ${change.state}: ${standing(change, now)}`;
  return { code: "conflict", message, hint: `compare with \`calico-chatops local status\` on ${news.worker}; its journal is the truth` };
}

/** More time is given when its end has moved; keep and revert are answered by a state that ends the change. */
function answered({ wantedKeep, news: before }: Change, news: News): boolean {
  return wantedKeep?.want === "extend" && (news.ends ?? 0) > (before?.ends ?? 0);
}
