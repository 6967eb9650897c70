import { distance } from "fastest-levenshtein";

/** The known word that a mistyped one most likely means: first the same in other letters, then the nearest; null = none is near. */
export function nearestWord(word: string, known: readonly string[]): string | null {
  const same = known.find((other) => other.toLowerCase() === word.toLowerCase());
  if (same !== undefined) return same;
  const near = known.filter((other) => distance(other.toLowerCase(), word.toLowerCase()) <= Math.max(2, word.length / 3));
  return near.toSorted((a, b) => distance(a, word) - distance(b, word))[0] ?? null;
}
