import { timeOfDay } from "../contract/times.js";

/** The small print of an answer out of etcd: when, and at which of its revisions. */
export function asOf({ at, revision }: { at: number; revision: number | null }): string {
  return `as of ${timeOfDay(at)} UTC, ${revision === null ? "no revision of etcd could be read" : `etcd revision ${revision}`}`;
}
