import type { Direction } from "../policy/policy.js";
import { add, addAll, type Bits, manyBits, noBits, without } from "./bits.js";
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
  /** Made when they are first asked for. */
  all(): readonly Line[];
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
  const { parties } = lining;
  const touched = lining.after.touched?.[direction];
  const mine = touched === undefined ? parties.all : parties.all.filter(({ index, leadsTo }) => touched.has(leadsTo ?? index));
  const lines = sorted(lining, direction, mine);
  if (touched === undefined) return { all: () => lines, touched: lines };
  let all: readonly Line[] | null = null;
  return { all: () => (all ??= lines.length === 0 ? linesBefore(lining, direction) : beside(lining, direction, lines)), touched: lines };
}

/** The lines of all others, and these. */
function beside(lining: Lining, direction: Direction, lines: readonly Line[]): Line[] {
  const moved = noBits(lining.parties.all.length);
  for (const { parties } of lines) addAll(moved, parties);
  const others = linesBefore(lining, direction).flatMap((line) => {
    const parties = without(line.parties, moved);
    return parties === null ? [] : parties === line.parties ? line : { ...line, parties };
  });
  return [...others, ...lines];
}

const isIn = (direction: Direction, leadsTo: number | null): boolean => direction === "ingress" || leadsTo === null;

function sorted({ parties, before, after }: Lining, direction: Direction, these: Parties["all"]): Line[] {
  const byRows = new Map<Row | null, Map<Row | null, number[]>>();
  const gathered: { rows: Line["rows"]; indexes: number[] }[] = [];
  for (const { index, leadsTo } of these) {
    if (!isIn(direction, leadsTo)) continue;
    const [was, is] = [before.row(direction, leadsTo ?? index), after.row(direction, leadsTo ?? index)];
    const same = byRows.get(was) ?? new Map<Row | null, number[]>();
    byRows.set(was, same);
    const known = same.get(is);
    if (known) {
      known.push(index);
      continue;
    }
    const indexes = [index];
    same.set(is, indexes);
    gathered.push({ rows: was === null || is === null ? null : { before: was, after: is }, indexes });
  }
  const bits = manyBits(parties.all.length, gathered.length);
  return gathered.map(({ rows, indexes }, i) => {
    const line = { rows, parties: bits[i] as Bits };
    for (const index of indexes) add(line.parties, index);
    return line;
  });
}

const kept = new WeakMap<Standing, Partial<Record<Direction, readonly Line[]>>>();

/** The lines of a snapshot that nothing has changed in. */
function linesBefore({ parties, before }: Lining, direction: Direction): readonly Line[] {
  const known = kept.get(before) ?? {};
  kept.set(before, known);
  return (known[direction] ??= sorted({ parties, before, after: before }, direction, parties.all));
}
