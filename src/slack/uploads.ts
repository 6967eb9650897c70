import type { Log } from "../log/log.js";
import type { Client } from "./client.js";
import { inTime } from "./in-time.js";

export interface Upload {
  channel: string;
  /** Message below which the file is shown. */
  thread: string;
  name: string;
  /** A text, or the bytes of an image once they are drawn. */
  content: string | (() => Promise<Buffer>);
}

/** Uploads in the background: an answer does not wait for its file. */
export interface Uploads {
  start(upload: Upload, failed: (error: unknown) => Promise<void>): void;
  /** Waits for what is on its way, at most so many ms. */
  settle(ms: number): Promise<void>;
}

/** Characters of a file. An answer beyond that is cut; nobody reads it in Slack. */
const most = 4 * 1024 * 1024;

export function createUploads(client: Client, log: Log): Uploads {
  const running = new Set<Promise<void>>();
  return {
    start(upload, failed) {
      const work = run(client, upload)
        .catch(async (error: unknown) => {
          log.warn({ channel: upload.channel, file: upload.name, err: error }, "the file of an answer was not uploaded");
          await failed(error);
        })
        .catch((error: unknown) => log.warn({ channel: upload.channel, err: error }, "nor could that be said in the card"));
      const tracked = work.finally(() => running.delete(tracked));
      running.add(tracked);
    },
    async settle(ms) {
      await inTime(Promise.all(running), ms, null);
    },
  };
}

async function run(client: Client, { channel, thread, name, content }: Upload): Promise<void> {
  const file =
    typeof content === "string" ? Buffer.from(content.length > most ? `${content.slice(0, most)}\n(cut)\n` : content) : await content();
  // As bytes: the SDK sends a text as a form field, of which Slack would count other bytes than were announced.
  await client.filesUploadV2({ channel_id: channel, thread_ts: thread, filename: name, title: name, file });
}
