import { distance } from "fastest-levenshtein";

/** The known word that a mistyped one most likely means, or null when none is near. */
export function nearest(word: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const far = distance(word.toLowerCase(), candidate.toLowerCase());
    if (far < least) [best, least] = [candidate, far];
    else if (best === null && word.length >= 3 && candidate.startsWith(word.toLowerCase())) best = candidate;
  }
  return best;
}
