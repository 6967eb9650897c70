import { randomUUID } from "node:crypto";
import type { State } from "./state.js";
import type { Answer } from "./web-api.js";

/** Uploads in Slack's three steps: ask for an address, post the bytes there, complete. */
export interface Files {
  begin(args: Record<string, unknown>, base: string): Answer;
  put(id: string, text: string): boolean;
  complete(state: State, args: Record<string, unknown>): Answer;
  /** An uploaded file, to be downloaded. */
  get(id: string): { name: string; text: string } | null;
}

const word = (value: unknown): string => (typeof value === "string" ? value : "");

export function createFiles(): Files {
  const held = new Map<string, { name: string; text: string | null }>();
  return {
    begin(args, base) {
      const id = `F${randomUUID().slice(0, 8).toUpperCase()}`;
      held.set(id, { name: word(args["filename"]) || "file", text: null });
      return { ok: true, upload_url: `${base}/upload/${id}`, file_id: id };
    },
    put(id, text) {
      const file = held.get(id);
      if (file) file.text = text;
      return file !== undefined;
    },
    complete(state, args) {
      const wanted = (args["files"] as { id: string }[] | undefined) ?? [];
      const files = wanted.map(({ id }) => held.get(id));
      if (files.length === 0 || files.some((file) => file === undefined || file.text === null))
        return { ok: false, error: "file_not_found" };
      const channel = state.channel(word(args["channel_id"]));
      if (!channel) return { ok: false, error: "channel_not_found" };
      if (!channel.members.includes(state.workspace.bot.user)) return { ok: false, error: "not_in_channel" };
      const thread = typeof args["thread_ts"] === "string" ? { thread_ts: args["thread_ts"] } : {};
      const list = files.map((file, i) => ({ id: wanted[i]?.id ?? "", name: file?.name ?? "", text: file?.text ?? "" }));
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
      return file === undefined || file.text === null ? null : { name: file.name, text: file.text };
    },
  };
}
