/**
 * The one function between arguments and a remote shell: every word in POSIX single quotes, so that no character of it
 * means anything. What cannot be part of an argument is refused: a NUL byte, half a character.
 */
export function quote(argv: readonly string[]): string {
  return argv.map(quoteOne).join(" ");
}

function quoteOne(word: string): string {
  if (word.includes("\0")) throw new TypeError("an argument holds a NUL byte");
  if (/\p{Surrogate}/u.test(word)) throw new TypeError("an argument holds half a character, which no bytes can stand for");
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
