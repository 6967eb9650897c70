import type { Asked } from "./book.js";

/**
 * What became of a question. `failed` = one answer, which says why there is none; `untaken` = Slack told the asker that nothing was
 * taken. `lost`, `twice` and `stuck` (a card that never became an answer) are what must not be.
 */
export type Fate = "open" | "answered" | "failed" | "repeated" | "untaken" | "lost" | "twice" | "stuck";
export const bad: readonly Fate[] = ["lost", "twice", "stuck"];

/** The fate of a question; while `waiting`, what may still come right is open. */
export function fateOf({ taken, cards }: Asked, waiting: boolean): Fate {
  const seen = [...cards.values()];
  const answers = seen.filter(({ answered }) => answered);
  const [first] = answers;
  if (answers.filter(({ repeated }) => !repeated).length > 1) return "twice";
  if (taken === null) return waiting ? "open" : "lost";
  if (answers.length < seen.length) return waiting ? "open" : "stuck";
  if (first === undefined) return taken ? (waiting ? "open" : "lost") : "untaken";
  if (answers.some(({ repeated }) => repeated)) return "repeated";
  return first.failure ? "failed" : "answered";
}

/** Ms from the question to its answer; null = there is none. */
export function answerTime({ at, cards }: Asked): number | null {
  const times = [...cards.values()].flatMap((seen) => (seen.at === null ? [] : [seen.at]));
  return times.length === 0 ? null : Math.min(...times) - at;
}

export type Tally = Record<Fate, number>;

export function tallyOf(asked: readonly Asked[]): Tally {
  const tally: Tally = { open: 0, answered: 0, failed: 0, repeated: 0, untaken: 0, lost: 0, twice: 0, stuck: 0 };
  for (const one of asked) tally[fateOf(one, false)]++;
  return tally;
}

/** Of sorted values the one that this share of all does not exceed; 0 when there is none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
