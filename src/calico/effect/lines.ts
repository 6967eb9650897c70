import type { Direction } from "../policy/policy.js";
import { add, type Bits, manyBits, noBits, without } from "./bits.js";
import type { Parties } from "./parties.js";
import type { Row } from "./rows.js";
import type { Standing } from "./standing.js";

/** Parties whose endpoints go through the same rows, before and after; null = they have no endpoint. */
export interface Line {
  parties: Bits;
  rows: { before: Row; after: Row } | null;
}

/** Every party in the line of its rows: those that go somewhere, or those that are gone to. */
export interface Lines {
  all: readonly Line[];
  /** Those in which something may have changed. */
  touched: readonly Line[];
}

interface Lining {
  parties: Parties;
  before: Standing;
  after: Standing;
}

/** Puts them together. Of a snapshot that was looked at before only what a change touches is looked at again. */
export function linesOf(lining: Lining, direction: Direction): Lines {
  const touched = lining.after.touched?.[direction];
  if (touched === undefined) {
    const { lines } = sorted(lining, direction, lining.parties.all);
    return { all: lines, touched: lines };
  }
  const base = linesBefore(lining, direction);
  const mine = lining.parties.all.filter(({ index, leadsTo }) => touched.has(leadsTo ?? index) && isIn(direction, leadsTo));
  if (mine.length === 0) return { all: base.lines, touched: [] };
  const { lines } = sorted(lining, direction, mine);
  const moved = noBits(lining.parties.all.length);
  const left = new Set<Line>();
  for (const { index } of mine) {
    add(moved, index);
    const line = base.of[index];
    if (line) left.add(line);
  }
  return { all: [...base.lines.flatMap((line) => (left.has(line) ? remaining(line, moved) : line)), ...lines], touched: lines };
}

interface Sorted {
  lines: Line[];
  /** By the number of the party. */
  of: Line[];
}

const isIn = (direction: Direction, leadsTo: number | null): boolean => direction === "ingress" || leadsTo === null;

function sorted({ parties, before, after }: Lining, direction: Direction, these: Parties["all"]): Sorted {
  const byRows = new Map<Row | null, Map<Row | null, Gathered>>();
  const gathered: Gathered[] = [];
  for (const { index, leadsTo } of these) {
    if (!isIn(direction, leadsTo)) continue;
    const [was, is] = [before.row(direction, leadsTo ?? index), after.row(direction, leadsTo ?? index)];
    const same = byRows.get(was) ?? new Map<Row | null, Gathered>();
    byRows.set(was, same);
    const known = same.get(is);
    if (known) {
      known.indexes.push(index);
      continue;
    }
    const line = { rows: was === null || is === null ? null : { before: was, after: is }, indexes: [index] };
    same.set(is, line);
    gathered.push(line);
  }
  const bits = manyBits(parties.all.length, gathered.length);
  const found: Sorted = { lines: [], of: [] };
  for (const [i, { rows, indexes }] of gathered.entries()) {
    const line = { rows, parties: bits[i] as Bits };
    found.lines.push(line);
    for (const index of indexes) {
      add(line.parties, index);
      found.of[index] = line;
    }
  }
  return found;
}

interface Gathered extends Pick<Line, "rows"> {
  indexes: number[];
}

/** A line without the parties that are in others now. */
function remaining(line: Line, moved: Bits): Line[] {
  const parties = without(line.parties, moved);
  return parties === null ? [] : [{ ...line, parties }];
}

const kept = new WeakMap<Standing, Partial<Record<Direction, Sorted>>>();

/** The lines of a snapshot that nothing has changed in. */
function linesBefore({ parties, before }: Lining, direction: Direction): Sorted {
  const known = kept.get(before) ?? {};
  kept.set(before, known);
  return (known[direction] ??= sorted({ parties, before, after: before }, direction, parties.all));
}
