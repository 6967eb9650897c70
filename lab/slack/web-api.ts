import { blockErrors, textLength } from "./blocks.js";
import { limits } from "./limits.js";
import type { Message, State } from "./state.js";

type Args = Record<string, unknown>;
export type Answer = { ok: boolean; error?: string } & Record<string, unknown>;
type Method = (state: State, args: Args) => Answer;

const no = (error: string, more: object = {}): Answer => ({ ok: false, error, ...more });
const text = (args: Args, name: string): string => (typeof args[name] === "string" ? args[name] : "");

/** The subset of the Web API that a bot of this kind uses; everything else is `unknown_method`, as with the real one. */
const methods: Readonly<Record<string, Method>> = {
  "auth.test": ({ workspace: { team, bot } }) => ({
    ok: true,
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    team_id: team.id,
    user: "calico",
    user_id: bot.user,
    bot_id: bot.bot,
    is_enterprise_install: false,
  }),
  "users.info": userInfo,
  "conversations.info": (state, args) =>
    withChannel(state, args, (channel) => ({
      ok: true,
      channel: { ...channel, is_member: channel.members.includes(state.workspace.bot.user), is_im: channel.direct === true },
    })),
  "conversations.members": (state, args) =>
    withChannel(state, args, (channel) => ({ ok: true, members: channel.members, response_metadata: { next_cursor: "" } })),
  "conversations.history": (state, args) => history(state, args, (message) => message.thread_ts === undefined),
  "conversations.replies": (state, args) =>
    history(state, args, (message) => message.ts === text(args, "ts") || message.thread_ts === text(args, "ts")),
  "chat.postMessage": postMessage,
  "chat.postEphemeral": postEphemeral,
  "chat.update": updateMessage,
  "chat.delete": (state, args) =>
    asMember(state, args, (channel) =>
      state.remove(channel, text(args, "ts")) ? { ok: true, channel, ts: text(args, "ts") } : no("message_not_found"),
    ),
  "usergroups.list": ({ workspace: { groups, team } }) =>
    groups === null
      ? no("plan_upgrade_required")
      : {
          ok: true,
          usergroups: groups.map(({ id, handle, users }) => ({ id, team_id: team.id, handle, name: handle, user_count: users.length })),
        },
  "usergroups.users.list": ({ workspace: { groups } }, args) => {
    if (groups === null) return no("plan_upgrade_required");
    const group = groups.find(({ id }) => id === text(args, "usergroup"));
    return group ? { ok: true, users: group.users } : no("no_such_subteam");
  },
};

/** Answers one call. The token decides who calls; an app token opens sockets and nothing else. */
export function callMethod(state: State, name: string, args: Args, token: string): Answer {
  const { botToken, appToken } = state.workspace;
  if (token === "") return no("not_authed");
  if (token !== botToken && token !== appToken) return no("invalid_auth");
  if (token === appToken) return no("not_allowed_token_type");
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  return method ? method(state, args) : no("unknown_method", { req_method: name });
}

function userInfo(state: State, args: Args): Answer {
  const person = state.person(text(args, "user"));
  if (!person) return no("user_not_found");
  const { id, name, real, team, bot = false, restricted = false } = person;
  return {
    ok: true,
    user: {
      id,
      team_id: team,
      name,
      real_name: real,
      deleted: false,
      is_bot: bot,
      is_restricted: restricted,
      is_ultra_restricted: false,
      is_stranger: team !== state.workspace.team.id,
      tz: "Europe/Berlin",
      tz_offset: 3600,
    },
  };
}

function withChannel(state: State, args: Args, work: (channel: NonNullable<ReturnType<State["channel"]>>) => Answer): Answer {
  const wanted = text(args, "channel");
  // A person's id is his direct messages with the bot.
  const channel = state.workspace.channels.find(({ id, direct, members }) => id === wanted || (direct === true && members[0] === wanted));
  return channel ? work(channel) : no("channel_not_found");
}

/** Where the bot may post and read: it must be a member. */
function asMember(state: State, args: Args, work: (channel: string) => Answer): Answer {
  return withChannel(state, args, (channel) =>
    channel.members.includes(state.workspace.bot.user) ? work(channel.id) : no("not_in_channel"),
  );
}

function history(state: State, args: Args, wanted: (message: Message) => boolean): Answer {
  return asMember(state, args, (channel) => {
    const limit = Math.min(Number(args["limit"] ?? 100), 999);
    const oldest = Number(args["oldest"] ?? 0);
    const found = state.messages.filter(
      (message) => message.channel === channel && message.onlyFor === undefined && wanted(message) && Number(message.ts) >= oldest,
    );
    return {
      ok: true,
      messages: found
        .slice(-limit)
        .toReversed()
        .map((message) => told(message, args)),
      has_more: found.length > limit,
    };
  });
}

/** Metadata is told to those who ask for it. */
function told(message: Message, args: Args): object {
  return { ...shown(message), ...(args["include_all_metadata"] === true ? {} : { metadata: undefined }) };
}

function shown(message: Message): object {
  const { onlyFor, ...rest } = message;
  return { type: "message", ...rest, is_ephemeral: onlyFor !== undefined };
}

/** What Slack says about content it does not take; null = fine. */
export function contentError(args: Args): Answer | null {
  const blocks = args["blocks"];
  if (blocks === undefined) return text(args, "text") === "" ? no("no_text") : null;
  const errors = blockErrors(blocks);
  if (errors.includes("only_one_table_allowed")) return no("invalid_attachments", { errors });
  if (errors.length > 0)
    return no("invalid_blocks", { errors, response_metadata: { messages: errors.map((error) => `[ERROR] ${error}`) } });
  return textLength(blocks) > limits.message ? no("msg_blocks_too_long") : null;
}

/** Slack gives blocks an id where the sender gave none; clicks need it. */
export function withIds(blocks: unknown): unknown[] | undefined {
  if (!Array.isArray(blocks)) return undefined;
  return blocks.map((block: Record<string, unknown>) => ({ block_id: Math.random().toString(36).slice(2, 7), ...block }));
}

function contentOf(args: Args): Pick<Message, "text" | "blocks" | "metadata"> {
  const blocks = withIds(args["blocks"]);
  const metadata = args["metadata"] as Message["metadata"];
  return { text: text(args, "text").slice(0, 40_000), ...(blocks ? { blocks } : {}), ...(metadata ? { metadata } : {}) };
}

function postMessage(state: State, args: Args): Answer {
  return asMember(state, args, (channel) => {
    const wrong = contentError(args);
    if (wrong) return wrong;
    const thread = text(args, "thread_ts");
    const message = state.post({
      channel,
      ts: state.nextTs(),
      user: state.workspace.bot.user,
      ...contentOf(args),
      ...(thread === "" ? {} : { thread_ts: thread }),
    });
    return { ok: true, channel, ts: message.ts, message: shown(message) };
  });
}

function postEphemeral(state: State, args: Args): Answer {
  return asMember(state, args, (channel) => {
    const user = text(args, "user");
    if (!state.channel(channel)?.members.includes(user)) return no("user_not_in_channel");
    const wrong = contentError(args);
    if (wrong) return wrong;
    const thread = text(args, "thread_ts");
    const message = state.post({
      channel,
      ts: state.nextTs(),
      user: state.workspace.bot.user,
      ...contentOf(args),
      onlyFor: user,
      ...(thread === "" ? {} : { thread_ts: thread }),
    });
    return { ok: true, message_ts: message.ts };
  });
}

function updateMessage(state: State, args: Args): Answer {
  return asMember(state, args, (channel) => {
    const wrong = contentError(args);
    if (wrong) return wrong;
    const old = state.messages.find(
      (message) => message.channel === channel && message.ts === text(args, "ts") && message.onlyFor === undefined,
    );
    if (!old) return no("message_not_found");
    if (old.user !== state.workspace.bot.user) return no("cant_update_message");
    const message = state.update(channel, old.ts, { ...contentOf(args), edited: true });
    return { ok: true, channel, ts: old.ts, text: old.text, message: message ? shown(message) : {} };
  });
}
