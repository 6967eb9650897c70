import { createHash } from "node:crypto";
import type { Request } from "../dispatch/ports.js";
import { ids } from "./blocks/actions.js";
import type { SlackPlace } from "./metadata.js";
import type { ClickPayload, MentionPayload, SlashPayload } from "./payloads.js";

/** Who asks, as far as the payload tells. */
export interface Who {
  /** Null = the payload does not say; such a person counts as foreign. */
  team: string | null;
  user: string;
  name?: string;
  bot: boolean;
}

/** A request of which only the actor has still to be looked up. */
export interface Incoming extends Omit<Request, "actor" | "place"> {
  place: SlackPlace;
  who: Who;
}

/** A slash command. It cannot be used in threads, and a delivery has a trigger of its own. */
export function fromSlash(payload: SlashPayload): Incoming {
  const { team_id: team, user_id: user, user_name: name, channel_id: channel, response_url: responseUrl = null } = payload;
  return {
    id: idOf("slash", payload.trigger_id),
    via: "slash",
    text: payload.text,
    place: { kind: "slack", channel, thread: null, user, responseUrl, replaces: null },
    who: { team, user, bot: false, ...(name === undefined ? {} : { name }) },
  };
}

/** A mention, in a channel or a thread. Slack delivers it again if it was not acknowledged; it is the same message then. */
export function fromMention({ team_id: home, event }: MentionPayload, botUser: string): Incoming {
  const user = event.user ?? event.bot_id ?? "";
  return {
    id: idOf("mention", home, event.channel, event.ts),
    via: "mention",
    text: withoutMention(event.text, botUser),
    place: { kind: "slack", channel: event.channel, thread: event.thread_ts ?? null, user, responseUrl: null, replaces: null },
    who: {
      team: event.user_team ?? event.source_team ?? event.team ?? home,
      user,
      bot: event.bot_id !== undefined || event.user === undefined,
    },
  };
}

/** What follows the bot's name; if nothing does, what stands before it. */
function withoutMention(text: string, botUser: string): string {
  const [before = "", ...after] = text.split(new RegExp(`<@${botUser}(?:\\|[^>]*)?>`));
  const rest = after.join(" ").trim();
  return rest === "" && after.length > 0 ? before.trim() : rest || text.trim();
}

/** A click: a line to run, a request to cancel, or nothing that this bot knows. */
export type Click =
  | { kind: "run"; incoming: Incoming; trigger: string | undefined }
  | { kind: "cancel"; request: string; incoming: Incoming }
  | { kind: "unknown" };

/** A button or a menu entry. Pressing it is typing its line, by whoever presses. */
export function fromClick(payload: ClickPayload): Click {
  const action = payload.actions[0];
  const channel = payload.channel?.id ?? payload.container.channel_id;
  const value = action?.selected_option?.value ?? action?.value;
  if (action === undefined || channel === undefined || value === undefined) return { kind: "unknown" };
  const incoming = clicked(payload, { channel, text: value, action });
  const { action_id: id } = action;
  if (id === ids.cancel) return { kind: "cancel", request: value, incoming };
  return id.startsWith(ids.run) || id === ids.more || id.startsWith(ids.again)
    ? { kind: "run", incoming, trigger: payload.trigger_id }
    : { kind: "unknown" };
}

interface Clicked {
  channel: string;
  text: string;
  action: ClickPayload["actions"][number];
}

function clicked({ team, user, message, container, response_url: url }: ClickPayload, { channel, text, action }: Clicked): Incoming {
  const ts = message?.ts ?? container.message_ts ?? "";
  const thread = message?.thread_ts ?? container.thread_ts ?? null;
  const name = user.username ?? user.name;
  // What the asker alone sees cannot be edited.
  const replaces = action.action_id.startsWith(ids.again) && container.is_ephemeral !== true && ts !== "" ? ts : null;
  return {
    id: idOf("click", channel, ts, action.action_ts, user.id),
    via: "button",
    text,
    // A message that has replies carries its own time as its thread; it is not in one.
    place: { kind: "slack", channel, thread: thread === ts ? null : thread, user: user.id, responseUrl: url ?? null, replaces },
    who: { team: user.team_id ?? team?.id ?? null, user: user.id, bot: false, ...(name === undefined ? {} : { name }) },
  };
}

/** Equal deliveries get equal ids, whichever bot takes them. */
export function idOf(...parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
