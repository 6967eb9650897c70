import { randomUUID } from "node:crypto";
import { type Files, told } from "./files.js";
import { ackWithin, responseLife, responseUses } from "./limits.js";
import { findAction, type Question } from "./press.js";
import type { Sockets } from "./socket.js";
import type { Message, State } from "./state.js";
import type { Triggers } from "./triggers.js";
import { contentError, withIds } from "./web-api.js";
import type { Channel, Person } from "./workspace.js";

/** What people do in the workspace. */
export interface Acts {
  /** Types into the composer: a slash command, a mention, or plain words. Returns the time of the typed message, null for commands. */
  type(who: string, where: string, text: string, thread?: string): Promise<string | null>;
  /** The same with a file attached. */
  share(who: string, where: string, said: Said & { file: Attachment }): Promise<string | null>;
  /** The same, outside of threads; waits until it is certain whether the app has taken it. */
  ask(who: string, where: string, text: string): Promise<boolean>;
  /** Presses a button or chooses a menu entry, by action id, label or value; resolves with the question to which that says yes. */
  click(who: string, ts: string, what: string): Promise<Question | null>;
  /** A post to a response URL. */
  respond(id: string, body: Record<string, unknown>): { status: number; text: string };
}

/** A file on its way into a message. */
export interface Attachment {
  name: string;
  bytes: Buffer;
}

interface Said {
  text: string;
  thread?: string | undefined;
  file?: Attachment | undefined;
}

interface ResponseUrl {
  channel: string;
  user: string;
  made: number;
  uses: number;
  /** The message of the button, for replace_original. */
  original: string | null;
}

export interface ActsDeps {
  state: State;
  sockets: Sockets;
  triggers: Triggers;
  files: Files;
  base: () => string;
}

export function createActs({ state, sockets, triggers, files, base }: ActsDeps): Acts {
  const urls = new Map<string, ResponseUrl>();
  const responseUrl = (channel: string, user: string, original: string | null): string => {
    const id = randomUUID();
    urls.set(id, { channel, user, made: Date.now(), uses: 0, original });
    return `${base()}/respond/${id}`;
  };
  const whisper = (channel: string, user: string, text: string): void =>
    void state.post({ channel, ts: state.nextTs(), user: "USLACKBOT", text, onlyFor: user });
  const slashed = async ({ person, channel }: Asking, [, command = "", text = ""]: RegExpExecArray): Promise<boolean> => {
    const { slash: registered } = state.workspace;
    if (!registered.includes(command)) throw new Error(`${command} is not a command here; ${registered.join(", ")} is`);
    const url = responseUrl(channel.id, person.id, null);
    const payload = slashPayload(state, { person, channel }, { command, text, url, trigger: triggers.issue(person.id) });
    const answer = await sockets.deliver({ type: "slash_commands", payload, accepts_response_payload: true }, ackWithin);
    if (answer === null) whisper(channel.id, person.id, `${command} failed with the error "operation_timeout"`);
    else showAck(state, { channel: channel.id, user: person.id }, answer.payload);
    return answer !== null;
  };
  const typed = async ({ person, channel, text, thread, file }: Asking & Said): Promise<Typed> => {
    const slash = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
    if (slash && thread !== undefined) throw new Error("slash commands do not work in threads: mention the bot");
    if (slash && file !== undefined) throw new Error("slash commands take no files: mention the bot");
    if (slash) return { ts: null, taken: Promise.resolve(await slashed({ person, channel }, slash)) };
    const written = escaped(text).replace(/@calico\b/g, `<@${state.workspace.bot.user}>`);
    const place = { channel: channel.id, ...(thread === undefined ? {} : { thread_ts: thread }) };
    const attached = file === undefined ? {} : { files: [files.attach(file.name, file.bytes)] };
    const message = state.post({ ...place, ts: state.nextTs(), user: person.id, text: written, ...attached });
    const toBot = channel.direct === true || written.includes(`<@${state.workspace.bot.user}>`);
    const heard = toBot && channel.members.includes(state.workspace.bot.user);
    return {
      ts: message.ts,
      taken: heard
        ? mention(state, sockets, { person, channel, message, files: filesOf({ state, files, base }, message) })
        : Promise.resolve(false),
    };
  };
  return {
    type: async (who, where, text, thread) => (await typed({ ...known(state, who, where), text, thread })).ts,
    share: async (who, where, said) => (await typed({ ...known(state, who, where), ...said })).ts,
    ask: async (who, where, text) => (await typed({ ...known(state, who, where), text, thread: undefined })).taken,
    async click(who, ts, what) {
      const message = state.messages.find((one) => one.ts === ts);
      if (!message) throw new Error(`there is no message ${ts}`);
      const { person, channel } = known(state, who, message.channel);
      const { action, question } = findAction(message, what);
      const url = responseUrl(channel.id, person.id, message.ts);
      const answer = await sockets.deliver(
        {
          type: "interactive",
          payload: clickPayload(state, { person, channel, message, action, url, trigger: triggers.issue(person.id) }),
        },
        ackWithin,
      );
      if (answer === null) whisper(channel.id, person.id, "the button did nothing: the app did not answer in time");
      return question;
    },
    respond: (id, body) => respond(state, urls.get(id), body),
  };
}

function known(state: State, who: string, where: string): { person: Person; channel: Channel } {
  const [person, channel] = [state.person(who), state.channel(where)];
  if (!person) throw new Error(`there is nobody called ${who}: ${state.workspace.people.map(({ name }) => name).join(", ")}`);
  if (!channel) throw new Error(`there is no channel ${where}: ${state.workspace.channels.map(({ name }) => name).join(", ")}`);
  if (!channel.members.includes(person.id)) throw new Error(`${person.name} is not in #${channel.name}`);
  return { person, channel };
}

/** What is typed is text: Slack hands it on like this. */
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

interface Asking {
  person: Person;
  channel: Channel;
}

interface Typed {
  /** Time of the message; a slash command is none. */
  ts: string | null;
  /** Whether the app acknowledged it. */
  taken: Promise<boolean>;
}

function slashPayload(
  { workspace: { team, bot } }: State,
  { person, channel }: Asking,
  said: { command: string; text: string; url: string; trigger: string },
): Record<string, unknown> {
  return {
    token: "lab",
    team_id: person.team,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: channel.direct ? "directmessage" : channel.name,
    user_id: person.id,
    user_name: person.name,
    command: said.command,
    text: said.text,
    api_app_id: bot.app,
    is_enterprise_install: "false",
    response_url: said.url,
    trigger_id: said.trigger,
  };
}

/** An immediate answer in the acknowledgement is seen by the asker alone unless it says otherwise. */
function showAck(state: State, { channel, user }: { channel: string; user: string }, payload: unknown): void {
  const body = typeof payload === "string" ? { text: payload } : (payload as Record<string, unknown> | undefined);
  if (!body || (body["text"] === undefined && body["blocks"] === undefined)) return;
  const blocks = withIds(body["blocks"]);
  const text = typeof body["text"] === "string" ? body["text"] : "";
  state.post({
    channel,
    ts: state.nextTs(),
    user: state.workspace.bot.user,
    text,
    ...(blocks ? { blocks } : {}),
    ...(body["response_type"] === "in_channel" ? {} : { onlyFor: user }),
  });
}

/** The files of a message as its event tells of them: of one from another workspace nothing but its id. */
function filesOf({ state, files, base }: Pick<ActsDeps, "state" | "files" | "base">, message: Message): object[] {
  const ours = state.person(message.user)?.team === state.workspace.team.id;
  return (message.files ?? []).flatMap(({ id }) => {
    const file = files.get(id);
    if (file === null) return [];
    return ours ? [told(state, { id, ...file }, base())] : [{ id, mode: "file_access", file_access: "check_file_info" }];
  });
}

interface Mentioning extends Asking {
  message: Message;
  files: readonly object[];
}

/** Events come again, three times at most, until they are acknowledged. */
async function mention(state: State, sockets: Sockets, { person, channel, message, files }: Mentioning): Promise<boolean> {
  const shared = files.length === 0 ? {} : { files, upload: false, display_as_bot: false };
  const event = {
    ...(channel.direct
      ? { type: "message", channel_type: "im", ...(files.length > 0 ? { subtype: "file_share" } : {}) }
      : { type: "app_mention" }),
    ...shared,
    user: person.id,
    text: message.text,
    ts: message.ts,
    channel: message.channel,
    event_ts: message.ts,
    user_team: person.team,
    team: person.team,
    ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
  };
  const payload = {
    token: "lab",
    team_id: state.workspace.team.id,
    api_app_id: state.workspace.bot.app,
    type: "event_callback",
    event_id: `Ev${message.ts.replace(".", "")}`,
    event_time: Math.floor(Number(message.ts)),
    authorizations: [{ team_id: state.workspace.team.id, user_id: state.workspace.bot.user, is_bot: true }],
    event,
  };
  for (let attempt = 0; attempt < 4; attempt++) {
    const retry = attempt === 0 ? {} : { retry_attempt: attempt, retry_reason: "timeout" };
    if ((await sockets.deliver({ type: "events_api", payload, ...retry }, ackWithin)) !== null) return true;
  }
  return false;
}

interface Pressed extends Asking {
  message: Message;
  action: Record<string, unknown>;
  url: string;
  trigger: string;
}

function clickPayload(
  { workspace: { team, bot } }: State,
  { person, channel, message, action, url, trigger }: Pressed,
): Record<string, unknown> {
  const { onlyFor, ...shown } = message;
  return {
    type: "block_actions",
    team: { id: team.id, domain: team.domain },
    user: { id: person.id, username: person.name, name: person.name, team_id: person.team },
    api_app_id: bot.app,
    token: "lab",
    container: {
      type: "message",
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: onlyFor !== undefined,
      ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
    },
    trigger_id: trigger,
    channel: { id: channel.id, name: channel.name },
    message: { type: "message", ...shown },
    response_url: url,
    actions: [{ ...action, action_ts: String(Date.now() / 1000) }],
  };
}

type Json = Record<string, unknown>;

function respond(state: State, url: ResponseUrl | undefined, body: Json): { status: number; text: string } {
  if (!url || Date.now() - url.made > responseLife) return { status: 404, text: "expired_url" };
  if (url.uses >= responseUses) return { status: 404, text: "used_url" };
  const wrong = contentError(body);
  if (wrong) return { status: 400, text: wrong.error ?? "invalid_payload" };
  url.uses++;
  const blocks = withIds(body["blocks"]);
  const content = { text: typeof body["text"] === "string" ? body["text"] : "", ...(blocks ? { blocks } : {}) };
  if (body["replace_original"] === true && url.original !== null) state.update(url.channel, url.original, { ...content, edited: true });
  else
    state.post({
      channel: url.channel,
      ts: state.nextTs(),
      user: state.workspace.bot.user,
      ...content,
      ...(body["response_type"] === "in_channel" ? {} : { onlyFor: url.user }),
    });
  return { status: 200, text: "ok" };
}
