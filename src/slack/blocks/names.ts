import type { types } from "@slack/bolt";

/**
 * Ids of people and channels, which no reader knows by heart, as references that Slack shows by name.
 * Only for messages that one person alone sees: there a mention notifies nobody.
 */
export function withNames(blocks: readonly types.KnownBlock[]): types.KnownBlock[] {
  return blocks.map((block) => named(block) as types.KnownBlock);
}

function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named);
  if (value === null || typeof value !== "object") return value;
  const { type, text } = value as { type?: unknown; text?: unknown };
  if (type === "mrkdwn" && typeof text === "string") return { ...value, text: references(text) };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, named(inner)]));
}

/** A letter for the kind, then letters and digits of both kinds; inside a longer word or code it is left as it is. */
const ids = /(?<![\w/:.<@#-])([UWC])(?=[A-Z]*\d)[A-Z0-9]{4,20}(?![\w/:-])/g;

function references(text: string): string {
  const parts = text.split(/(`[^`]*`)/);
  return parts.map((part, i) => (i % 2 === 1 ? part : part.replace(ids, (id, kind) => `<${kind === "C" ? "#" : "@"}${id}>`))).join("");
}
