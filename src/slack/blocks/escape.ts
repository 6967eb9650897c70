import { oneLine } from "../../contract/plain.js";

/**
 * A plain text as Slack's mrkdwn shows it letter for letter, on one line. `&`, `<` and `>` are escaped, so nothing becomes a mention or a link.
 * A word that Slack would change (`*bold*`, `_italic_`, an address such as `2001:db8:100::1`, in which it finds the emoji `:100:`)
 * is shown as code: it stays as it is, also when copied. What stands between backticks already is code.
 */
export function mrkdwn(text: string): string {
  return oneLine(text)
    .split(/(`[^`]+`)/)
    .map((part, i) => (i % 2 === 1 ? escaped(part) : part.replaceAll("`", "'").replace(/\S+/g, (one, at) => word(one, i + at === 0))))
    .join("");
}

/** `mrkdwn(text)` of at most so many characters, cut if need be. */
export function mrkdwnWithin(text: string, most: number): string {
  const whole = oneLine(text);
  let shown = mrkdwn(whole);
  for (let keep = whole.length; shown.length > most; ) {
    keep = Math.min(keep - 1, Math.floor((keep * most) / shown.length));
    shown = mrkdwn(`${whole.slice(0, keep).replace(/[\ud800-\udbff]$/, "")}…`);
  }
  return shown;
}

/** Escapes what mrkdwn takes for a mention, a link or an entity, and nothing else. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * Formatting marks at the edge of a word, an emoji's name inside it. Of names made of digits only
 * two are emoji, so times of day stay as they are.
 */
const changed = /(?<![A-Za-z0-9])[*_]|[*_](?![A-Za-z0-9])|[A-Za-z0-9]~(?![A-Za-z0-9])|:(?!\d+:)[a-z0-9_+'-]+:|:100:|:1234:/;

function word(text: string, first: boolean): string {
  if (!changed.test(text) && !(first && text.startsWith(">"))) return escaped(text);
  const [, inner = text, tail = ""] = /^(.*?)([.,;)]*)$/s.exec(text) ?? [];
  return inner === "" ? escaped(text) : `\`${escaped(inner)}\`${escaped(tail)}`;
}
