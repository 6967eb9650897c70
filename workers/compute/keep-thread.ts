import type { Log } from "../../src/log/log.js";
import type { Question } from "./question.js";

/** As much of a thread as is used. */
export interface Thread {
  on(event: "message", heard: (message: unknown) => void): unknown;
  on(event: "error", heard: (error: Error) => void): unknown;
  on(event: "exit", heard: (code: number) => void): unknown;
  postMessage(message: Question): void;
  terminate(): Promise<number>;
}

export interface Keeping {
  spawn(): Thread;
  log: Log;
  /** Wait before a thread that ended is started again: it doubles from the first to the second, ms. */
  waits?: readonly [number, number];
  heard(message: unknown): void;
  /** Told when it ended: what was asked of it is lost. */
  ended(code: number, why: Error | null): void;
}

/** A thread that ran for so long was well: the next one need not wait. */
const lasting = 60_000;

/** A thread that is started, and started again whenever it ends. */
export function keepThread({ spawn, log, waits: [shortest, longest] = [1000, 30_000], heard, ended }: Keeping): {
  /** Null = it is being started again. */
  current(): Thread | null;
  close(): Promise<void>;
} {
  let [thread, closed, wait]: [Thread | null, boolean, number] = [null, false, shortest];
  let again: NodeJS.Timeout | undefined;

  function start(): void {
    const [mine, began] = [spawn(), Date.now()];
    let why: Error | null = null;
    thread = mine;
    mine.on("message", heard);
    mine.on("error", (error) => {
      why = error;
    });
    mine.on("exit", (code) => {
      thread = null;
      ended(code, why);
      if (closed) return;
      wait = Date.now() - began > lasting ? shortest : Math.min(wait * 2, longest);
      log.error({ code, err: why, wait }, "the compute thread ended and is started again; etcd is read directly meanwhile");
      again = setTimeout(start, wait).unref();
    });
  }

  start();
  return {
    current: () => thread,
    async close() {
      closed = true;
      clearTimeout(again);
      await thread?.terminate();
    },
  };
}
