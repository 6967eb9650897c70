import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { Message, State } from "./state.js";
import type { Answer } from "./web-api.js";

/** Uploads in Slack's three steps: ask for an address, post the bytes there, complete. */
export interface Files {
  begin(args: Record<string, unknown>, base: string): Answer;
  put(id: string, bytes: Buffer): boolean;
  complete(state: State, args: Record<string, unknown>): Answer;
  /** Keeps what somebody attaches to a message; as the message shows it. */
  attach(name: string, bytes: Buffer): Shown;
  /** An uploaded file, to be downloaded. */
  get(id: string): Held | null;
  /** `files.info`: what the bot may know of a file. */
  info(state: State, args: Record<string, unknown>, base: string): Answer;
}

export interface Held {
  name: string;
  bytes: Buffer;
  image: boolean;
}

/** A file as a message shows it. */
type Shown = NonNullable<Message["files"]>[number];

const newId = (): string => `F${randomUUID().slice(0, 8).toUpperCase()}`;
const word = (value: unknown): string => (typeof value === "string" ? value : "");

export function createFiles(): Files {
  const held = new Map<string, { name: string; bytes: Buffer | null }>();
  const get = (id: string): Held | null => {
    const file = held.get(id);
    return file === undefined || file.bytes === null ? null : { name: file.name, bytes: file.bytes, image: isPng(file.bytes) };
  };
  return {
    begin(args, base) {
      const id = newId();
      held.set(id, { name: word(args["filename"]) || "file", bytes: null });
      return { ok: true, upload_url: `${base}/upload/${id}`, file_id: id };
    },
    put(id, bytes) {
      const file = held.get(id);
      if (file) file.bytes = bytes;
      return file !== undefined;
    },
    complete(state, args) {
      const wanted = (args["files"] as { id: string }[] | undefined) ?? [];
      const files = wanted.map(({ id }) => held.get(id));
      if (files.length === 0 || files.some((file) => file === undefined || file.bytes === null))
        return { ok: false, error: "file_not_found" };
      const channel = state.channel(word(args["channel_id"]));
      if (!channel) return { ok: false, error: "channel_not_found" };
      if (!channel.members.includes(state.workspace.bot.user)) return { ok: false, error: "not_in_channel" };
      const thread = typeof args["thread_ts"] === "string" ? { thread_ts: args["thread_ts"] } : {};
      const list = files.map((file, i) => shown(wanted[i]?.id ?? "", file?.name ?? "", file?.bytes ?? Buffer.alloc(0)));
      state.post({
        channel: channel.id,
        ts: state.nextTs(),
        user: state.workspace.bot.user,
        text: word(args["initial_comment"]),
        files: list,
        ...thread,
      });
      return { ok: true, files: wanted.map(({ id }) => ({ id })) };
    },
    attach(name, bytes) {
      const id = newId();
      held.set(id, { name, bytes });
      return shown(id, name, bytes);
    },
    get,
    info(state, args, base) {
      const id = word(args["file"]);
      const file = get(id);
      // The bot knows of what was shared where it is.
      const shared = state.messages.some(({ channel, files }) => inChannel(state, channel) && files?.some((one) => one.id === id));
      return file !== null && shared ? { ok: true, file: told(state, { id, ...file }, base) } : { ok: false, error: "file_not_found" };
    },
  };
}

const inChannel = ({ workspace: { channels, bot } }: State, channel: string): boolean =>
  channels.some(({ id, members }) => id === channel && members.includes(bot.user));

/** A file as Slack tells apps of it. */
export function told(
  { workspace: { team } }: State,
  { id, name, bytes, image }: Held & { id: string },
  base: string,
): Record<string, unknown> {
  const place = `${base}/files-pri/${team.id}-${id}`;
  const mimetype = image ? "image/png" : isText(bytes) ? "text/plain" : "application/octet-stream";
  const url = {
    url_private: `${place}/${encodeURIComponent(name)}`,
    url_private_download: `${place}/download/${encodeURIComponent(name)}`,
  };
  return { id, name, title: name, mimetype, size: bytes.length, mode: "hosted", file_access: "visible", is_external: false, ...url };
}

/** By its first bytes, as Slack goes by what is in a file and not by its name. */
const isPng = (bytes: Buffer): boolean => bytes.subarray(0, 8).toString("latin1") === "\x89PNG\r\n\x1a\n";

/** A file as a message shows it: an image, or a text to be read. */
function shown(id: string, name: string, bytes: Buffer): Shown {
  return isPng(bytes) ? { id, name, text: "", image: true } : { id, name, text: isText(bytes) ? bytes.toString("utf8") : "" };
}

const isText = (bytes: Buffer): boolean => isUtf8(bytes) && !bytes.includes(0);
