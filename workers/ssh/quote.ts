/**
 * The one function between arguments and a remote shell: every word in POSIX single quotes, so that no character of it
 * means anything. A NUL byte cannot be part of an argument and is refused.
 */
export function quote(argv: readonly string[]): string {
  return argv.map(quoteOne).join(" ");
}

function quoteOne(word: string): string {
  if (word.includes("\0")) throw new TypeError("an argument holds a NUL byte");
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
