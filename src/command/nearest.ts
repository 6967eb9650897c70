import { distance } from "fastest-levenshtein";

/** The known word that a mistyped one most likely means, or null when none is near. */
export function nearest(word: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const far = slips(word.toLowerCase(), candidate.toLowerCase());
    if (far < least) [best, least] = [candidate, far];
    else if (best === null && word.length >= 3 && candidate.startsWith(word.toLowerCase())) best = candidate;
  }
  return best;
}

/** Letters that must change; two that changed places are one slip of the fingers. */
function slips(word: string, candidate: string): number {
  const letters = (text: string): string => text.split("").toSorted().join("");
  return word !== candidate && letters(word) === letters(candidate) ? 1 : distance(word, candidate);
}
