import { fail } from "../contract/failure.js";

/**
 * A typed line as words. Understands quotes (also typographic), what Slack makes of links, users and channels,
 * non-breaking blanks, and dashes that a phone turned into one long dash.
 */
export function words(line: string): string[] {
  const text = unescape(line);
  const found: string[] = [];
  let at = 0;
  while (at < text.length) {
    const word = readWord(text, at);
    if (word.text !== null) found.push(word.text);
    at = word.next;
  }
  return found.map(straightenDashes);
}

const closing: Readonly<Record<string, string>> = { '"': '"', "'": "'", "“": "”", "”": "”", "„": "“", "‘": "’", "«": "»" };
const blank = /[\s\u00a0\u2007\u202f\u3000]/;

function readWord(text: string, from: number): { text: string | null; next: number } {
  let at = from;
  while (at < text.length && blank.test(text.charAt(at))) at++;
  if (at >= text.length) return { text: null, next: at };
  let word = "";
  while (at < text.length && !blank.test(text.charAt(at))) {
    const char = text.charAt(at);
    // An apostrophe inside a word (don't) is a letter; a quote opens only at its start or after `=`.
    const opens = closing[char] !== undefined && (word === "" || word.endsWith("="));
    if (!opens) {
      word += char;
      at++;
      continue;
    }
    const end = closeOf(text, at);
    word += text.slice(at + 1, end);
    at = end + 1;
  }
  return { text: word, next: at };
}

/** Position of the quote that closes the one at `at`; typographic pairs may be mixed by phones. */
function closeOf(text: string, at: number): number {
  const open = text.charAt(at);
  const ends = open === '"' || "“”„".includes(open) ? '"“”' : open === "«" ? "»" : "'’‘";
  for (let i = at + 1; i < text.length; i++) if (ends.includes(text.charAt(i))) return i;
  throw fail("usage", `the quote before \`${text.slice(at + 1, at + 21)}\` is never closed`, { hint: "close it, or leave it out" });
}

const link = /<(?:https?:\/\/|mailto:|tel:)([^|>]*)(?:\|([^>]*))?>/g;

function unescape(line: string): string {
  return line
    .replace(link, (_, url: string, label: string | undefined) => label ?? url.replace(/\/$/, ""))
    .replace(/<([@#!][^|>]*)(?:\|[^>]*)?>/g, "$1")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}

/** `—cluster` and `–cluster` are what keyboards make of `--cluster`. */
function straightenDashes(word: string): string {
  return word.replace(/^[—–―]+(?=\p{L})/u, "--");
}

/** A word as it must be typed again. */
export function quoteWord(word: string): string {
  if (word !== "" && !/[\s"'“”„‘’«»]/u.test(word)) return word;
  return word.includes('"') ? `'${word}'` : `"${word}"`;
}
