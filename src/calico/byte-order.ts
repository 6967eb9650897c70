/** Compares as Go compares strings, by their UTF-8 bytes, which is the order of code points. JavaScript's own `<` differs beyond U+FFFF. */
export function byteOrder(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
