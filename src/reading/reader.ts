import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Drafts } from "../calico/draft/draft.js";
import { FailureError, fail } from "../contract/failure.js";

/** Reads documents beside the process' own work. */
export interface Reader {
  /** Throws `invalid_manifest` for a document that takes too long or too much memory, `busy` when too many wait. */
  read(text: string): Promise<Drafts>;
  /** Ends its threads; what is being read fails. */
  close(): Promise<void>;
}

export interface ReaderOptions {
  /** Starts a reading thread. */
  spawn?: () => Worker;
  /** For one document, ms. */
  within?: number;
  /** For a thread to start, ms. */
  startWithin?: number;
}

/** Documents that are read at a time: a hostile one costs a core for its whole time. */
const atOnce = 2;
/** Documents that wait for that. */
const mostWaiting = 16;
/** MiB of heap of a thread, several times what the largest document takes. */
const heap = 256;

function spawnThread(): Worker {
  return new Worker(join(import.meta.dirname, "thread.js"), { name: "reading", resourceLimits: { maxOldGenerationSizeMb: heap } });
}

/** Parsing holds a process up, and a small document may be made so that it takes minutes: so it is done in threads that can be ended. */
export function createReader({ spawn = spawnThread, within = 2000, startWithin = 10_000 }: ReaderOptions = {}): Reader {
  const all = new Set<Worker>();
  const idle: Worker[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;

  const start = async (): Promise<Worker> => {
    const thread = spawn();
    // Nobody's end waits for it, and what goes wrong is told by what waits for its answer.
    thread.unref();
    thread.on("error", () => undefined);
    all.add(thread);
    thread.on("exit", () => forget(thread));
    await answerOf(thread, startWithin).catch(async (error: unknown) => {
      await end(thread);
      throw fail("internal", "the reading thread did not start", { cause: error });
    });
    return thread;
  };
  const forget = (thread: Worker): void => {
    all.delete(thread);
    if (idle.includes(thread)) idle.splice(idle.indexOf(thread), 1);
  };
  const end = async (thread: Worker): Promise<void> => {
    forget(thread);
    await thread.terminate();
  };
  const readNow = async (text: string): Promise<Drafts> => {
    const thread = idle.pop() ?? (await start());
    try {
      const answer = answerOf(thread, within);
      thread.postMessage(text);
      const drafts = (await answer) as Drafts;
      idle.push(thread);
      return drafts;
    } catch (error) {
      await end(thread);
      throw unread(error, within);
    }
  };
  return {
    async read(text) {
      if (running >= atOnce && waiting.length >= mostWaiting) throw fail("busy", `${waiting.length} documents wait to be read`);
      if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
      else running++;
      try {
        return await readNow(text);
      } finally {
        // Whoever waits takes this place.
        const next = waiting.shift();
        if (next === undefined) running--;
        else next();
      }
    },
    async close() {
      await Promise.all([...all].map(end));
    },
  };
}

/** The next thing that a thread says; rejects when it ends, or says nothing for so many ms. */
async function answerOf(thread: Worker, ms: number): Promise<unknown> {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(late), ms);
  const gone = (): void => control.abort("gone");
  thread.once("exit", gone);
  try {
    const [message] = (await once(thread, "message", { signal: control.signal })) as [unknown];
    return message;
  } finally {
    clearTimeout(timer);
    thread.off("exit", gone);
  }
}

const late = "late";

function unread(error: unknown, within: number): FailureError {
  const hint = "send fewer objects at a time; leave anchors and very long maps out";
  const { cause, code } = error as { cause?: unknown; code?: unknown };
  if (cause === late) return fail("invalid_manifest", `the document took longer than ${within / 1000} s to read`, { hint });
  if (code === "ERR_WORKER_OUT_OF_MEMORY") return fail("invalid_manifest", `the document took more than ${heap} MiB to read`, { hint });
  if (error instanceof RangeError) return fail("invalid_manifest", "the document is nested too deeply to be read", { hint });
  return fail("internal", "the document could not be read", { cause: error });
}
