import type { Workspace } from "./workspace.js";

/** A message that called somebody. */
export interface Notice {
  channel: string;
  ts: string;
}

/** A message as far as it can call somebody. */
interface Said {
  channel: string;
  user: string;
  text: string;
  blocks?: unknown[];
  onlyFor?: string;
}

const references = /<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>/g;

/** Ids of the people whom a new message calls: by name or by their user group, if they are in its channel; nobody calls himself. */
export function calledBy({ channel, user, text, blocks, onlyFor }: Said, { channels, groups, people }: Workspace): string[] {
  // What one person alone sees notifies nobody.
  if (onlyFor !== undefined) return [];
  const members = channels.find(({ id }) => id === channel)?.members ?? [];
  const said = [text, ...mrkdwnIn(blocks)].map(withoutCode).join("\n");
  const ids = [...said.matchAll(references)].flatMap(([, person, group]) =>
    person === undefined ? (groups?.find(({ id }) => id === group)?.users ?? []) : [person],
  );
  return people.filter(({ id, bot }) => ids.includes(id) && members.includes(id) && id !== user && bot !== true).map(({ id }) => id);
}

/** Texts in which Slack looks for mentions. */
function mrkdwnIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (value === null || typeof value !== "object") return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  return type === "mrkdwn" && typeof text === "string" ? [text] : Object.values(value).flatMap(mrkdwnIn);
}

const withoutCode = (text: string): string => text.replace(/```[\s\S]*?```|`[^`\n]*`/g, "");
