import type { types } from "@slack/bolt";
import { limits } from "./limits.js";

/** What is left of a message's budget. */
export interface Room {
  characters: number;
  blocks: number;
}

/** As much of a section as had room. */
export interface Fitted {
  blocks: types.KnownBlock[];
  /** Lines, rows or facts that had none, or not enough. */
  left: number;
}

/** One line, row or fact. */
export interface Item {
  text: string;
  /** Nothing of it was cut. */
  whole: boolean;
}

/** A text that Slack parses. `verbatim`: it makes no links and no mentions out of what it finds. */
export function mrkdwnText(text: string): types.MrkdwnElement {
  return { type: "mrkdwn", text, verbatim: true };
}

/** Items as lines of as few sections as possible. The title goes only with at least one of them. */
export function asSections(title: string | null, items: readonly Item[], room: Room): Fitted {
  const texts: string[] = [];
  let used = 0;
  let placed = 0;
  for (const { text } of items) {
    const lines = placed === 0 && title !== null ? `${title}\n${text}` : text;
    const last = texts.at(-1);
    const joins = last !== undefined && last.length + 1 + lines.length <= limits.sectionText;
    const cost = lines.length + (joins ? 1 : 0);
    if (used + cost > room.characters || lines.length > limits.sectionText || (!joins && texts.length >= room.blocks)) break;
    if (joins) texts[texts.length - 1] = `${last}\n${lines}`;
    else texts.push(lines);
    used += cost;
    placed++;
  }
  const blocks = texts.map((text): types.KnownBlock => ({ type: "section", text: mrkdwnText(text), expand: true }));
  return { blocks, left: items.filter((item, i) => i >= placed || !item.whole).length };
}

/** Lines in letters of equal width. Slack parses nothing in there. */
export function asPreformatted(title: string | null, lines: readonly string[], room: Room): Fitted {
  const blocks: types.KnownBlock[] = title === null ? [] : [{ type: "section", text: mrkdwnText(title) }];
  let left = room.characters - (title?.length ?? 0);
  const kept: string[] = [];
  for (const line of lines) {
    if (line.length + 1 > left) break;
    kept.push(line);
    left -= line.length + 1;
  }
  const text = kept.join("\n");
  if (blocks.length + 1 > room.blocks || text.trim() === "") return { blocks: [], left: lines.length };
  blocks.push({ type: "rich_text", elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text }] }] });
  return { blocks, left: lines.length - kept.length };
}

/** Characters that a block counts for: every text that is shown in it. */
export function costOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + costOf(item), 0);
  if (value === null || typeof value !== "object") return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) => sum + (key === "text" && typeof inner === "string" ? inner.length : costOf(inner)),
    0,
  );
}
