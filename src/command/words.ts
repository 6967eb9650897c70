import { fail } from "../contract/failure.js";
import { plain } from "../contract/plain.js";

/** Characters that a line may have; Slack's own field takes 3,000, a mention more. */
const longest = 8000;

/**
 * A typed line as words. Understands quotes (also typographic), what Slack makes of links, users and channels,
 * non-breaking blanks, and dashes that a phone turned into one long dash.
 */
export function words(line: string): string[] {
  if (line.length > longest)
    throw fail("usage", `the line has ${line.length} characters; ${longest} are read at most`, { hint: "send long documents as a file" });
  const text = unescape(visible(line));
  const found: string[] = [];
  let at = 0;
  while (at < text.length) {
    const word = readWord(text, at);
    if (word.text !== null) found.push(word.text);
    at = word.next;
  }
  return found.map(straightenDashes);
}

/** Without what nobody sees and nobody means: control characters, blanks without width, hyphens that are no hyphens. */
const visible = (line: string): string =>
  plain(line)
    .replaceAll("\u00ad", "")
    .replace(/[\u2010\u2011]/g, "-");

const opening = "\"'“”„‘’«";
const blank = /\s/;

function readWord(text: string, from: number): { text: string | null; next: number } {
  let at = from;
  while (at < text.length && blank.test(text.charAt(at))) at++;
  if (at >= text.length) return { text: null, next: at };
  let word = "";
  while (at < text.length && !blank.test(text.charAt(at))) {
    const char = text.charAt(at);
    // An apostrophe inside a word (don't) is a letter; a quote opens only at its start or after `=`.
    const opens = opening.includes(char) && (word === "" || word.endsWith("="));
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
  const ends = endsOf(open);
  for (let i = at + 1; i < text.length; i++) if (ends.includes(text.charAt(i))) return i;
  throw fail("usage", `the quote before \`${text.slice(at + 1, at + 21)}\` is never closed`, { hint: "close it, or leave it out" });
}

/** What closes a quote of this kind. */
const endsOf = (open: string): string => (open === '"' || "“”„".includes(open) ? '"“”' : open === "«" ? "»" : "'’‘");

/** Slack writes every other `<` as `&lt;`; so a search for the end stops at the next one, and a long text is gone over once. */
const link = /<(?:https?:\/\/|mailto:|tel:)([^|<>]*)(?:\|([^<>]*))?>/g;

/** What Slack makes of links, people, channels and three letters, as it was typed. */
export function unescape(line: string): string {
  return line
    .replace(link, (_, url: string, label: string | undefined) => label ?? url.replace(/\/$/, ""))
    .replace(/<([@#!][^|<>]*)(?:\|[^<>]*)?>/g, "$1")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}

/** `—cluster` and `–cluster` are what keyboards make of `--cluster`, and `–n` of `-n`. */
function straightenDashes(word: string): string {
  return word.replace(/^[—–―−]+(?=\p{L})/u, (dashes) => (word.length === dashes.length + 1 ? "-" : "--"));
}

/** A word as it must be typed again: reading it gives the very same word. */
export function quoteWord(word: string): string {
  const safe = !/<|&(?:lt|gt|amp);/.test(word) ? word : word.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  if (word !== "" && !blank.test(word) && !opens.test(word)) return safe;
  const open =
    ['"', "'", "«"].find(
      (one) =>
        !endsOf(one)
          .split("")
          .some((end) => word.includes(end)),
    ) ?? '"';
  return `${open}${safe}${open === "«" ? "»" : open}`;
}

const opens = new RegExp(`(?:^|=)[${opening}]`);
