import type { Failure } from "../contract/failure.js";
import { type Change, type Happened, planOf } from "./record.js";
import { isEnd } from "./transitions.js";
import { approvals } from "./truth.js";

/** What became of a change: as it is now, whether that is something new, and what whoever clicked is told. Both when it ran out at that click. */
export interface Decided {
  change: Change;
  moved: boolean;
  refused: Failure | null;
}

export const refused = (change: Change, failure: Failure): Decided => ({ change, moved: false, refused: failure });
/** Nothing new, and nobody to tell. */
export const unmoved = (change: Change): Decided => ({ change, moved: false, refused: null });

type Step = Partial<Pick<Change, "state" | "votes" | "emergency" | "news" | "wantedKeep" | "told">> & { entry: Happened | null };

/** The change after one step, a turn further. */
export function moved(change: Change, { entry, ...rest }: Step, now: number): Decided {
  const state = rest.state ?? change.state;
  const next: Change = {
    ...change,
    ...rest,
    history: entry === null ? change.history : bounded([...change.history, { ...entry, note: entry.note?.slice(0, 500) ?? null }]),
    ended: isEnd(state) ? (change.ended ?? now) : null,
    wantedKeep: isEnd(state) ? null : rest.wantedKeep === undefined ? change.wantedKeep : rest.wantedKeep,
    turn: change.turn + 1,
  };
  return { change: next, moved: true, refused: null };
}

const most = 100;
/** Of a long history the beginning stays too: who asked for it and who approved. */
const first = 30;

const bounded = (all: readonly Happened[]): Happened[] =>
  all.length <= most ? [...all] : [...all.slice(0, first), ...all.slice(all.length - (most - first))];

/** Guards that forbid the change, whoever approves it. */
export const forbidding = (change: Pick<Change, "signed">): string[] =>
  planOf(change)
    .guards.filter(({ severity }) => severity === "blocking")
    .map(({ text }) => text);

/** Whether a change has the votes that its rules ask for, or runs without them in an emergency. */
export function agreed(change: Pick<Change, "signed" | "votes" | "emergency">): boolean {
  if (forbidding(change).length > 0) return false;
  return change.emergency !== null || approvals(change) >= planOf(change).terms.approvers;
}

/** What is voted on, or declared an emergency, must be the plan as it is now. */
export function misfit(change: Change, said: { change: string; revision: number; digest: string }): Failure | null {
  const plan = planOf(change);
  const hint = "look at the card as it is now, then decide";
  if (said.change !== change.id) return { code: "approval_stale", message: `that was said of ${said.change}, not of ${change.id}`, hint };
  if (said.digest !== plan.change || said.revision !== plan.revision) {
    const message = `${change.id}: that was said of another plan (revision ${said.revision}); this is revision ${plan.revision}, and it waits for votes of its own`;
    return { code: "approval_stale", message, hint };
  }
  const [guard] = forbidding(change);
  return guard === undefined
    ? null
    : { code: "denied", message: `${change.id} may not run, whoever approves it: ${guard}`, hint: "mend it and plan it again" };
}
