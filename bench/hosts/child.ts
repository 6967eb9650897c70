import { type ChildProcess, fork } from "node:child_process";

/** A program of this folder in a process of its own, so that its memory and its main loop are its alone. */
export interface Child {
  process: ChildProcess;
  /** Sends one word with values and waits for the answer. */
  ask<T>(word: string, more?: object): Promise<T>;
  stop(): void;
}

type Answer = { ok: true; value: unknown } | { ok: false; error: string };

/** Starts it; it must call serveParent(). */
export function startChild(file: string): Child {
  const process = fork(file, [], { execArgv: ["--import", "tsx"], stdio: ["ignore", "inherit", "inherit", "ipc"] });
  return {
    process,
    ask: <T>(word: string, more: object = {}) =>
      new Promise<T>((resolve, reject) => {
        const left = (code: number | null): void => reject(new Error(`${file} ended with ${code} while it was asked ${word}`));
        process.once("exit", left);
        process.once("message", (answer: Answer) => {
          process.off("exit", left);
          if (answer.ok) resolve(answer.value as T);
          else reject(new Error(answer.error));
        });
        process.send({ word, ...more });
      }),
    stop: () => void process.kill("SIGKILL"),
  };
}

/** The child's side: answers one question after the other. */
export function serveParent(answer: (asked: { word: string } & Record<string, unknown>) => Promise<unknown>): void {
  process.on("message", (asked: { word: string }) => {
    answer(asked).then(
      (value) => process.send?.({ ok: true, value: value ?? null }),
      (error: unknown) => process.send?.({ ok: false, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on("disconnect", () => process.exit());
}
