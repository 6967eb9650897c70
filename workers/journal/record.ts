import type { ChangeState, Emergency, Fate, News } from "../../src/contract/change.js";
import type { Plan } from "../../src/contract/plan.js";
import type { Ending, Tried, Way } from "./entry.js";

/** How far one way of a step is. `intent`: it was about to be written, and nobody knows whether it was. */
export interface Mark {
  state: "none" | "intent" | "done" | "failed" | "conflict";
  /** What etcd had afterwards; null = nothing. */
  revision: number | null;
  note: string | null;
  /** Epoch ms. */
  at: number;
}

/** A change as the journal knows it. */
export interface ChangeRecord {
  plan: Plan;
  emergency: Emergency | null;
  /** Epoch ms. */
  claimed: number;
  /** When it is put back; null = not armed, and then nothing was written. */
  deadline: number | null;
  /** How the canaries were before anything was written. */
  before: readonly Tried[];
  steps: Readonly<Record<Way, Mark>>[];
  /** Why it is being put back; null = it is not. */
  ending: Ending | null;
  /** What was told last; null = nothing yet. */
  news: News | null;
}

const openStates: ReadonlySet<ChangeState> = new Set(["running", "applied", "uncertain"]);

export const stateOf = ({ news }: ChangeRecord): ChangeState => news?.state ?? "running";

/** Whether something may still become of it. */
export const isOpen = (record: ChangeRecord): boolean => openStates.has(stateOf(record));

/** Whether it is in force and nobody has begun to put it back. */
export const isStanding = (record: ChangeRecord): boolean => stateOf(record) === "applied" && record.ending === null;

/** What became of each object, in the order of the steps. */
export function fatesOf({ plan, steps }: ChangeRecord): Fate[] {
  return plan.steps.map(({ subject }, i) => {
    const marks = steps[i];
    return { subject, ...(marks === undefined ? { fate: "untouched", note: null } : fateOf(marks)) };
  });
}

function fateOf({ apply, back }: Readonly<Record<Way, Mark>>): Omit<Fate, "subject"> {
  if (apply.state === "none") return { fate: "untouched", note: null };
  if (apply.state === "intent") return { fate: "unknown", note: "whether it was written is being found out" };
  if (apply.state !== "done") return { fate: apply.state, note: apply.note };
  if (back.state === "none" || back.state === "intent") return { fate: "applied", note: apply.note };
  return { fate: back.state === "done" ? "put_back" : back.state, note: back.note };
}
