import { fail } from "../contract/failure.js";
import type { Message } from "./blocks/message.js";
import { apiBase, type SlackSettings } from "./settings.js";

/** Answers through the URL that came with a slash command or a click: also where the bot is no member. */
export type Respond = (url: string, message: Message, visible: "ephemeral" | "in_channel") => Promise<void>;

const within = 6000;

/** Makes the call. Throws `unreachable` when it was refused: five uses or half an hour are over, or the URL is not Slack's. */
export function createRespond(settings: Pick<SlackSettings, "apiUrl">, fetch: typeof globalThis.fetch = globalThis.fetch): Respond {
  return async (url, { text, blocks }, visible) => {
    if (!isSlacks(url, settings)) throw fail("unreachable", "the response URL does not belong to slack");
    const body = { response_type: visible, replace_original: false, text, ...(blocks.length > 0 ? { blocks } : {}) };
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(within),
    });
    const said = await answer.text();
    if (!answer.ok) throw fail("unreachable", `slack refused the response URL with status ${answer.status}: ${said.slice(0, 100)}`);
  };
}

/** Requests are kept in Redis, and what is posted to their URL is not for others: it must lead to where Slack's API is. */
function isSlacks(url: string, settings: Pick<SlackSettings, "apiUrl">): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, hostname } = new URL(url);
  if (settings.apiUrl === null) return protocol === "https:" && (hostname === "slack.com" || hostname.endsWith(".slack.com"));
  return host === new URL(apiBase(settings)).host;
}
