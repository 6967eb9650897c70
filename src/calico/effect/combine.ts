import type { Outcome } from "./reach.js";
import type { ServiceSets, Services } from "./services.js";

/** What an end lets through before the change and after it. */
export interface Turn {
  before: Outcome;
  after: Outcome;
}

/** What a change does to connections between two sets of parties. */
export interface Difference {
  gained: Services;
  lost: Services;
  /** May be another, and nobody can say. */
  uncertain: Services;
  reasons: readonly string[];
}

export const isTurn = ({ before, after }: Turn): boolean => before !== after;

/** Puts both ends together; null = nothing changes. `doubt` = why none of it is certain. */
export function combined(egress: Turn, ingress: Turn, { sets, doubt }: { sets: ServiceSets; doubt: string | null }): Difference | null {
  const { and, or, minus, none, all } = sets;
  const before = and(egress.before.allowed, ingress.before.allowed);
  const after = and(egress.after.allowed, ingress.after.allowed);
  const gained = minus(after, before);
  const lost = minus(before, after);
  const open = [egress.before, egress.after, ingress.before, ingress.after].reduce((sum, one) => or(sum, one.open), none);
  if (open === none && doubt === null) return gained === none && lost === none ? null : { gained, lost, uncertain: none, reasons: [] };
  const denied = (a: Outcome, b: Outcome): Services => minus(all, and(or(a.allowed, a.open), or(b.allowed, b.open)));
  const never = and(denied(egress.before, ingress.before), denied(egress.after, ingress.after));
  const differs = or(gained, lost);
  const shifted = minus(or(shift(egress, sets), shift(ingress, sets)), never);
  const uncertain = doubt === null ? or(and(differs, open), shifted) : or(differs, shifted);
  const found = { gained: minus(gained, uncertain), lost: minus(lost, uncertain), uncertain };
  if ([found.gained, found.lost, uncertain].every((one) => one === none)) return null;
  return { ...found, reasons: uncertain === none ? [] : [...(doubt === null ? [] : [doubt]), ...reasonsOf([egress, ingress])] };
}

/** What gets through both ends at all; null = nothing does for certain. `doubt` = why none of it is certain. */
export function reachable(egress: Turn, ingress: Turn, { sets, doubt }: { sets: ServiceSets; doubt: string | null }): Difference | null {
  const { and, or, minus, none, all } = sets;
  const [leaving, coming] = [egress.after, ingress.after];
  const allowed = and(leaving.allowed, coming.allowed);
  const perhaps = and(or(leaving.allowed, leaving.open), or(coming.allowed, coming.open));
  const uncertain = doubt === null ? and(perhaps, or(leaving.open, coming.open)) : all;
  const gained = minus(allowed, uncertain);
  if (gained === none && uncertain === none) return null;
  const reasons = [...(doubt === null ? [] : [doubt]), ...reasonsOf([egress, ingress])];
  return { gained, lost: none, uncertain, reasons: uncertain === none ? [] : reasons };
}

/** Where the doubts at an end are others than before, or its verdict is another one and doubtful. */
function shift({ before, after }: Turn, { and, or, minus, none }: ServiceSets): Services {
  if (before === after) return none;
  const apart = (a: Services, b: Services): Services => or(minus(a, b), minus(b, a));
  const key = ({ why, action }: Outcome["doubts"][number]): string => `${why} ${action}`;
  const of = ({ doubts }: Outcome, wanted: string): Services =>
    doubts.reduce((sum, doubt) => (key(doubt) === wanted ? or(sum, doubt.on) : sum), none);
  const keys = new Set([...before.doubts, ...after.doubts].map(key));
  const moved = [...keys].reduce((sum, one) => or(sum, apart(of(before, one), of(after, one))), none);
  return or(moved, and(apart(before.allowed, after.allowed), or(before.open, after.open)));
}

function reasonsOf(turns: readonly Turn[]): string[] {
  const all = turns.flatMap(({ before, after }) => [...before.doubts, ...after.doubts].map(({ why }) => why.split("\n")[0] ?? why));
  return [...new Set(all)];
}
