import type { Direction } from "../policy/policy.js";
import { add, addAll, type Bits, noBits, without } from "./bits.js";
import type { Parties } from "./parties.js";
import type { Row } from "./rows.js";
import type { Standing } from "./standing.js";

/** Parties whose endpoints go through the same rows, before and after; null = they have no endpoint. */
export interface Line {
  parties: Bits;
  rows: { before: Row; after: Row } | null;
}

interface Lining {
  parties: Parties;
  before: Standing;
  after: Standing;
}

/** Every party in the line of its rows: those that go somewhere, or those that are gone to. */
export function linesOf({ parties, before, after }: Lining, direction: Direction): Line[] {
  const size = parties.all.length;
  const touched = after.touched?.[direction];
  const lines = new Map<Row | null, Map<Row | null, Line>>();
  const put = (was: Row | null, is: Row | null, index: number): void => {
    const same = lines.get(was) ?? new Map<Row | null, Line>();
    lines.set(was, same);
    const line = same.get(is) ?? { parties: noBits(size), rows: was === null || is === null ? null : { before: was, after: is } };
    same.set(is, line);
    add(line.parties, index);
  };
  const base = touched === undefined ? null : linesBefore(parties, before, direction);
  for (const { index, leadsTo } of parties.all) {
    if (direction === "egress" && leadsTo !== null) continue;
    const of = leadsTo ?? index;
    if (base === null || touched?.has(of)) put(before.row(direction, of), after.row(direction, of), index);
  }
  const changed = [...lines.values()].flatMap((same) => [...same.values()]);
  if (base === null) return changed;
  const moved = noBits(size);
  for (const line of changed) addAll(moved, line.parties);
  return [...base.flatMap((line) => remaining(line, moved)), ...changed];
}

/** A line without the parties that are in others now. */
function remaining(line: Line, moved: Bits): Line[] {
  const parties = without(line.parties, moved);
  return parties === null ? [] : [{ ...line, parties }];
}

const kept = new WeakMap<Standing, Partial<Record<Direction, Line[]>>>();

/** The lines of a snapshot that nothing has changed in. */
function linesBefore(parties: Parties, before: Standing, direction: Direction): Line[] {
  const known = kept.get(before) ?? {};
  kept.set(before, known);
  return (known[direction] ??= linesOf({ parties, before, after: before }, direction));
}
