/**
 * A text of a view as any renderer may show it. Output of remote tools may hold escape sequences that move the cursor or repaint
 * a terminal, and characters that reverse what follows; they are taken out. Line breaks and tabs stay.
 */
export function plain(text: string): string {
  return removed
    .reduce((kept, pattern) => kept.replace(pattern, ""), text.replace(/\r\n?|[\u2028\u2029]/g, "\n"))
    .replace(loneHalf, "\ufffd");
}

/** The same on one line, for everything but terminal output. */
export function oneLine(text: string): string {
  return plain(text)
    .replace(/\s*[\n\t]+\s*/g, " ")
    .trim();
}

/** A text of at most so many characters; what is cut ends in `…` and never inside a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, Math.max(0, most - 1)).replace(/[\ud800-\udbff]$/, "")}…`;
}

const escape = String.raw`\u001b`;
const removed: readonly RegExp[] = [
  // Titles, hyperlinks and other strings up to their end (BEL or ST).
  new RegExp(String.raw`(?:${escape}[\]PX^_]|[\u0090\u0098\u009d\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|${escape}\\|\u009c)?`, "g"),
  // Colours, cursor movements.
  new RegExp(String.raw`(?:${escape}\[|\u009b)[0-?]*[ -/]*[@-~]?`, "g"),
  new RegExp(String.raw`${escape}[ -/]*[0-~]?`, "g"),
  // Control characters but for tab and line feed.
  /(?![\t\n])\p{Cc}/gu,
  // Overrides of the reading direction, byte order marks, blanks without width.
  /[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g,
];
const loneHalf = /\p{Surrogate}/gu;
