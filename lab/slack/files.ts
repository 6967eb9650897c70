import { randomUUID } from "node:crypto";
import type { State } from "./state.js";
import type { Answer } from "./web-api.js";

/** Uploads in Slack's three steps: ask for an address, post the bytes there, complete. */
export interface Files {
  begin(args: Record<string, unknown>, base: string): Answer;
  put(id: string, bytes: Buffer): boolean;
  complete(state: State, args: Record<string, unknown>): Answer;
  /** An uploaded file, to be downloaded. */
  get(id: string): { name: string; bytes: Buffer; image: boolean } | null;
}

const word = (value: unknown): string => (typeof value === "string" ? value : "");

export function createFiles(): Files {
  const held = new Map<string, { name: string; bytes: Buffer | null }>();
  return {
    begin(args, base) {
      const id = `F${randomUUID().slice(0, 8).toUpperCase()}`;
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
    get(id) {
      const file = held.get(id);
      return file === undefined || file.bytes === null ? null : { name: file.name, bytes: file.bytes, image: isPng(file.bytes) };
    },
  };
}

/** By its first bytes, as Slack goes by what is in a file and not by its name. */
const isPng = (bytes: Buffer): boolean => bytes.subarray(0, 8).toString("latin1") === "\x89PNG\r\n\x1a\n";

/** A file as a message shows it: an image, or a text to be read. */
function shown(id: string, name: string, bytes: Buffer): { id: string; name: string; text: string; image?: true } {
  return isPng(bytes) ? { id, name, text: "", image: true } : { id, name, text: bytes.toString("utf8") };
}
