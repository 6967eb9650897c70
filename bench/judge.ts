import type { Goal, Row } from "./bench.js";

export interface Spread {
  least: number;
  median: number;
  most: number;
}

/** Median with the extremes: what a figure is shown as. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (place: number): number => sorted[place] ?? Number.NaN;
  const half = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2;
  return { least: at(0), median, most: at(sorted.length - 1) };
}

/** The value below which the given share (0..1) of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Round by round, measured against its own round's baseline, in the direction in which the goal is written; null without a baseline. */
export function ratioOf({ measured, baseline, goal }: Row): Spread | null {
  if (baseline === null) return null;
  const pairs = measured.map((value, i): [number, number] => [value, baseline.measured[i] ?? Number.NaN]);
  return spreadOf(pairs.map(([own, other]) => (goal?.kind === "faster" ? other / own : own / other)));
}

/** Whether the median (or the worst) keeps the goal; null = there is none. */
export function met(row: Row): boolean | null {
  const { goal } = row;
  if (goal === null) return null;
  if (goal.kind === "median") return spreadOf(row.measured).median <= goal.limit;
  if (goal.kind === "worst") return spreadOf(row.measured).most <= goal.limit;
  const ratio = ratioOf(row)?.median ?? Number.NaN;
  return goal.kind === "at most" ? ratio <= goal.limit : ratio >= goal.limit;
}

/** The goal in words. */
export function goalText(goal: Goal | null, unit: Row["unit"]): string {
  if (goal === null) return "-";
  const { kind, limit } = goal;
  const words = {
    "at most": `≤ ${limit} ×`,
    faster: `≥ ${limit} × faster`,
    share: `≥ ${Math.round(limit * 100)} %`,
    median: `≤ ${limit} ${unit}`,
    worst: `none above ${limit} ${unit}`,
  };
  return words[kind];
}

/** The ratio in the words of its goal. */
export function ratioText(row: Row): string {
  const ratio = ratioOf(row);
  if (ratio === null) return "-";
  const figure = (value: number): string => (row.goal?.kind === "share" ? `${Math.round(value * 100)} %` : short(value));
  const unit = row.goal?.kind === "share" ? "" : row.goal?.kind === "faster" ? " × faster" : " ×";
  return `${figure(ratio.median)}${unit} (${figure(ratio.least)} to ${figure(ratio.most)})`;
}

/** Three digits are all that a shared machine can tell. */
export const short = (value: number): string =>
  Math.abs(value) >= 1000 || Number.isInteger(value) ? String(Math.round(value)) : String(Number(value.toPrecision(3)));

/** `12.3 (10 to 20) ms`. */
export function spreadText(values: readonly number[], unit: string): string {
  const { least, median, most } = spreadOf(values);
  return `${short(median)} (${short(least)} to ${short(most)}) ${unit}`;
}
