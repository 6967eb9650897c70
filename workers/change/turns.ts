import type { Context } from "./context.js";

/** Works on one change one after the other; different changes do not wait for each other. */
export interface Turns {
  /** Runs when what was taken before for this change is done. A failure goes to whoever waits for it, and to the log. */
  take<T>(change: string, work: () => Promise<T>): Promise<T>;
  busy(change: string): boolean;
  /** Until nothing runs. */
  ended(): Promise<void>;
}

export function createTurns({ log, closing }: Pick<Context, "log" | "closing">): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    take(change, work) {
      const done = (last.get(change) ?? Promise.resolve()).then(work);
      const settled = done.catch((error: unknown) => {
        if (!closing.signal.aborted) log.error({ change, err: error }, "work on a change came to no end");
      });
      const mine = settled.then(() => {
        if (last.get(change) === mine) last.delete(change);
      });
      last.set(change, mine);
      return done;
    },
    busy: (change) => last.has(change),
    async ended() {
      while (last.size > 0) await Promise.all(last.values());
    },
  };
}
