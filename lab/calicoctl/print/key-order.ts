/**
 * Order of keys in Go's yaml library: numbers inside names count as numbers, letters come after everything else
 * (but before it right after a digit).
 */
export function byName(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  let digits = false;
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [l = "", r = ""] = [left[i], right[i]];
    if (l !== r) return differing({ left, right, at: i, digits });
    digits = isDigit(l);
  }
  return left.length - right.length;
}

interface Difference {
  left: readonly string[];
  right: readonly string[];
  /** Where they differ first. */
  at: number;
  /** The character before is a digit. */
  digits: boolean;
}

function differing({ left, right, at, digits }: Difference): number {
  const [l = "", r = ""] = [left[at], right[at]];
  const [letterLeft, letterRight] = [isLetter(l), isLetter(r)];
  if (letterLeft && letterRight) return compare(l, r);
  if (letterLeft || letterRight) return (digits ? letterLeft : letterRight) ? -1 : 1;
  const lead = (l === "0" || r === "0") && digitsBefore(left, at).some((digit) => digit !== "0") ? "1" : "0";
  const [runLeft, runRight] = [digitsFrom(left, at), digitsFrom(right, at)];
  const [n, m] = [BigInt(`${lead}${runLeft}`), BigInt(`${lead}${runRight}`)];
  if (n !== m) return n < m ? -1 : 1;
  if (runLeft.length !== runRight.length) return runLeft.length - runRight.length;
  return compare(l, r);
}

const isDigit = (character: string): boolean => /^\p{Nd}$/u.test(character);
const isLetter = (character: string): boolean => /^\p{L}$/u.test(character);
const compare = (a: string, b: string): number => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0);

function digitsBefore(text: readonly string[], at: number): string[] {
  let from = at;
  while (from > 0 && isDigit(text[from - 1] ?? "")) from--;
  return text.slice(from, at);
}

function digitsFrom(text: readonly string[], at: number): string {
  let to = at;
  while (to < text.length && /^\d$/.test(text[to] ?? "")) to++;
  return text.slice(at, to).join("");
}
