import type { Mark, Place, Posted } from "../dispatch/ports.js";
import { type Client, refusal } from "./client.js";

export type SlackPlace = Extract<Place, { kind: "slack" }>;

const eventType = "calico_request";

/** What a message says about itself to the bot, invisible to people. */
export interface Metadata {
  event_type: string;
  event_payload: { request: string; state: string };
}

export function metadataOf({ request, state }: Mark): Metadata {
  return { event_type: eventType, event_payload: { request, state } };
}

/** No request is older: two hours, and the clocks may differ. Seconds. */
const oldest = 2 * 3600 + 300;
const pageSize = 200;
const mostPages = 3;

/**
 * The message of a request, searched among the newest of its channel or thread. Null also when the bot may not read there
 * (no history scope, not a member). Throws when Slack does not answer: then nobody knows.
 */
export async function findMessage(client: Client, place: SlackPlace, request: string): Promise<Posted | null> {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { messages, next } = await readPage(client, place, cursor);
    const found = messages.find((message) => isOf(message.metadata, request));
    if (found?.ts !== undefined) return { channel: place.channel, ts: found.ts };
    if (next === undefined || next === "") return null;
    cursor = next;
  }
  return null;
}

interface Page {
  messages: { ts?: string; metadata?: unknown }[];
  next: string | undefined;
}

async function readPage(client: Client, { channel, thread }: SlackPlace, cursor: string | undefined): Promise<Page> {
  const from = String(Math.floor(Date.now() / 1000) - oldest);
  const ask = { channel, include_all_metadata: true, limit: pageSize, oldest: from, ...(cursor === undefined ? {} : { cursor }) };
  try {
    const answer = thread === null ? await client.conversations.history(ask) : await client.conversations.replies({ ...ask, ts: thread });
    return { messages: answer.messages ?? [], next: answer.response_metadata?.next_cursor };
  } catch (error) {
    if (refusal(error) === null) throw error;
    return { messages: [], next: undefined };
  }
}

function isOf(metadata: unknown, request: string): boolean {
  const { event_type: type, event_payload: payload } = (metadata ?? {}) as { event_type?: unknown; event_payload?: { request?: unknown } };
  return type === eventType && payload?.request === request;
}
