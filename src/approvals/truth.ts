import type { ChangeState, Order } from "../contract/change.js";
import type { Failure, FailureCode } from "../contract/failure.js";
import { dayAndTime, timeOfDay } from "../contract/times.js";
import { type Change, type Happened, planOf, votesOf } from "./record.js";

/** `14:58:03 UTC`, with the date when it is not today's. */
export function timeText(at: number, now: number): string {
  const text = dayAndTime(at);
  return `${dayAndTime(now).startsWith(text.slice(0, 10)) ? timeOfDay(at) : text} UTC`;
}

/** What the history calls the steps that lead into a state; the last of them is who won. */
export const steps = {
  proposed: "proposed",
  approved: "approved",
  selfApproved: "self-approved",
  emergency: "approved in an emergency",
  ruled: "approved by the rules",
  sent: "sent to the worker",
  kept: "keep requested",
  revert: "revert requested",
  extend: "more time requested",
  mentioned: "approvers mentioned",
  reminded: "approvers reminded",
} as const;

const intoApproved: readonly string[] = [steps.approved, steps.selfApproved, steps.emergency, steps.ruled];

/** The last thing in the history that brought the change where it stands. */
export function winner({ state, history }: Change): Happened | undefined {
  if (state === "approved") return history.findLast(({ what }) => intoApproved.includes(what));
  return history.findLast(({ what }) => what === (state === "keep_requested" ? steps.kept : state));
}

const byWhom = (one: Happened | undefined): string => (one === undefined || one.name === null ? "" : ` by ${one.name}`);

/** Where a change stands and who brought it there, as the first words of a refusal. */
export function standing(change: Change, now: number): string {
  const won = winner(change);
  const who = byWhom(won);
  const when = won === undefined ? "" : ` at ${timeText(won.at, now)}`;
  const why = (won?.note ?? null) === null ? "" : ` (${won?.note})`;
  if (change.state === "proposed") return `it waits for ${votesMissing(change)} until ${timeText(planOf(change).expires, now)}`;
  if (change.state === "approved") return `already ${won?.what ?? "approved"}${who}${when}${why}`;
  return `${words[change.state]}${who}${when}${why}${sequel(change, now)}`;
}

const words: Readonly<Record<Exclude<ChangeState, "proposed" | "approved">, string>> = {
  running: "already running: the worker took it",
  applied: "already applied",
  keep_requested: "already asked to be kept",
  kept: "already kept",
  reverted: "already put back",
  revert_conflict: "not put back, because somebody else changed it meanwhile:",
  rejected: "already rejected",
  withdrawn: "already withdrawn",
  expired: "expired",
  stale: "its plan no longer fits the cluster",
  cancelled: "already cancelled",
  partly: "it was applied in part",
  failed: "it failed",
  uncertain: "the worker lost sight of it",
};

/** Persons who approved. Those of whom a vote counts were let in by the machine. */
export const approvals = (change: Pick<Change, "votes">): number => votesOf(change).filter(({ verdict }) => verdict === "approve").length;

function votesMissing(change: Change): string {
  const missing = Math.max(1, planOf(change).terms.approvers - approvals(change));
  return missing === 1 ? "1 more approval" : `${missing} more approvals`;
}

/** Who had approved what runs now, what is on its way to the worker, when it ends by itself. */
function sequel(change: Change, now: number): string {
  const { state, history, wantedKeep } = change;
  if (state === "running") {
    const approved = history.findLast(({ what }) => intoApproved.includes(what));
    return approved === undefined ? "" : `; ${approved.what}${byWhom(approved)}`;
  }
  if (state === "kept") return wish(change, "keep", now);
  if (state === "reverted") return wish(change, "revert", now);
  if (state !== "applied" && state !== "keep_requested") return "";
  const told = wantedKeep === null || (state === "keep_requested" && wantedKeep.want === "keep");
  return `${told ? "" : wish(change, wantedKeep.want, now)}${ending(change, now)}`;
}

/** Who wanted that last. */
function wish({ history }: Change, want: Order["want"], now: number): string {
  const asked = history.findLast(({ what }) => what === stepOf[want]);
  return asked === undefined ? "" : `; ${asked.what} by ${asked.name ?? "somebody"} at ${timeText(asked.at, now)}`;
}

function ending(change: Change, now: number): string {
  const ends = change.news?.ends ?? null;
  if (ends === null) return "";
  const at = timeText(ends, now);
  const how = planOf(change).terms.ends;
  if (how === "stays") return `; it is kept at ${at} unless it is reverted`;
  return how === "expiry" ? `; it ends at ${at}` : `; it is put back at ${at} unless it is kept`;
}

export const stepOf = { keep: steps.kept, revert: steps.revert, extend: steps.extend } as const;

/** What can be done now. */
function next({ id, state, wantedKeep }: Change): string {
  if (state === "proposed") return "approve or reject it on its card";
  if (state === "approved") return "Reject, Withdraw or Cancel stop it until the worker takes it";
  if (state === "running" || state === "uncertain") return "wait for the worker; once it is applied it can be put back";
  if (state === "applied" && wantedKeep === null) return `\`keep ${id}\` keeps it, \`rollback ${id}\` puts it back`;
  if (state === "applied" || state === "keep_requested") return `wait for the worker's answer; until then \`rollback ${id}\` puts it back`;
  if (state === "kept") return `\`rollback ${id}\` plans how to undo it`;
  if (state === "revert_conflict" || state === "partly") return `\`change ${id}\` lists what became of each object`;
  return "plan it again if it is still wanted";
}

const codes: Partial<Record<ChangeState, FailureCode>> = { expired: "expired", stale: "approval_stale" };

/** The refusal of something that comes too late: who won and when, where it stands, what can be done now. */
export function tooLate(change: Change, now: number): Failure {
  return { code: codes[change.state] ?? "conflict", message: `${change.id}: ${standing(change, now)}`.slice(0, 2000), hint: next(change) };
}
