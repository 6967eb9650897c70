import { z } from "zod";
import { SlackFile } from "./attached.js";

/** The parts of Slack's payloads that this bot reads. Everything else in them is dropped. */
export const SlashPayload = z.object({
  team_id: z.string(),
  channel_id: z.string(),
  user_id: z.string(),
  user_name: z.string().optional(),
  text: z.string().default(""),
  trigger_id: z.string(),
  response_url: z.string().optional(),
});
export type SlashPayload = z.infer<typeof SlashPayload>;

/** An event with its wrapping; `user_team` and `source_team` are those of the author in a shared channel. */
export const MentionPayload = z.object({
  team_id: z.string(),
  event: z.object({
    user: z.string().optional(),
    bot_id: z.string().optional(),
    text: z.string().default(""),
    ts: z.string(),
    thread_ts: z.string().optional(),
    channel: z.string(),
    team: z.string().optional(),
    user_team: z.string().optional(),
    source_team: z.string().optional(),
    // A file of another shape must not cost the words beside it.
    files: z.array(SlackFile).max(50).catch([]).default([]),
  }),
});
export type MentionPayload = z.infer<typeof MentionPayload>;

/** What a person wrote in a direct message, perhaps with a file; edits, joins and what bots write have another subtype or a bot's id. */
export const DirectPayload = z.object({
  event: z.object({
    channel_type: z.literal("im"),
    user: z.string(),
    subtype: z.literal("file_share").optional(),
    bot_id: z.never().optional(),
  }),
});

export const ClickPayload = z.object({
  team: z.object({ id: z.string() }).nullish(),
  user: z.object({ id: z.string(), username: z.string().optional(), name: z.string().optional(), team_id: z.string().optional() }),
  channel: z.object({ id: z.string() }).optional(),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }).optional(),
  container: z.object({
    channel_id: z.string().optional(),
    message_ts: z.string().optional(),
    thread_ts: z.string().optional(),
    is_ephemeral: z.boolean().optional(),
  }),
  response_url: z.string().optional(),
  trigger_id: z.string().optional(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        action_ts: z.string(),
        value: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});
export type ClickPayload = z.infer<typeof ClickPayload>;
