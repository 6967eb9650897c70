import { distance } from "fastest-levenshtein";

/**
 * The known word that a mistyped one most likely means, whatever the case; null = none is near. A third of the letters may be wrong, and one
 * in any case; of equally near ones the first. Where none is near, one that begins so.
 */
export function nearest(word: string, known: Iterable<string>): string | null {
  const typed = word.toLowerCase();
  let best: string | null = null;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const far = slips(typed, candidate.toLowerCase());
    if (far < least) [best, least] = [candidate, far];
    else if (best === null && word.length >= 3 && candidate.toLowerCase().startsWith(typed)) best = candidate;
  }
  return best;
}

/** Letters that must change; two that changed places are one slip of the fingers. */
function slips(word: string, candidate: string): number {
  const letters = (text: string): string => text.split("").toSorted().join("");
  return word !== candidate && letters(word) === letters(candidate) ? 1 : distance(word, candidate);
}
