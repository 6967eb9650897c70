import type { ChangeState } from "../contract/change.js";

/** Which state may follow which. A state that nothing follows is an end. */
export const transitions: Readonly<Record<ChangeState, readonly ChangeState[]>> = {
  proposed: ["approved", "rejected", "withdrawn", "expired", "stale"],
  approved: ["running", "withdrawn", "expired", "stale", "cancelled"],
  running: ["applied", "stale", "partly", "failed", "uncertain"],
  applied: ["keep_requested", "kept", "reverted", "revert_conflict"],
  keep_requested: ["kept", "reverted", "revert_conflict"],
  // What a worker finds half done after a crash, and cannot put back, is neither applied nor failed.
  uncertain: ["applied", "failed", "partly"],
  kept: [],
  reverted: [],
  revert_conflict: [],
  rejected: [],
  withdrawn: [],
  expired: [],
  stale: [],
  cancelled: [],
  partly: [],
  failed: [],
};

export const isEnd = (state: ChangeState): boolean => transitions[state].length === 0;

/** Whether a state comes after another, with or without states between: of what a worker says, a message may be missing. */
export function reaches(from: ChangeState, to: ChangeState): boolean {
  return transitions[from].some((next) => next === to || reaches(next, to));
}

/** Ends that bots decide on before the worker took the change. It may have taken it in the same moment. */
const beforeClaim: readonly ChangeState[] = ["withdrawn", "expired", "cancelled"];

/**
 * Whether a worker's word may bring a change from one state to another. Its journal is the truth: it may skip states, and an end that a
 * bot had written down gives way when the worker took the change before it heard of that, but only of a change that was agreed to.
 */
export function mayTell(from: ChangeState, to: ChangeState, agreed: boolean): boolean {
  if (from === to) return true;
  if (from === "proposed") return to === "stale" || to === "expired";
  if (beforeClaim.includes(from)) return agreed && (to === "running" || reaches("running", to));
  return reaches(from, to);
}
