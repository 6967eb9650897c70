import type { Log } from "./log.js";

/** What ends in order takes less, ms; a Redis that went away must not hold a service until it is killed. */
const orderly = 12_000;

/** Resolves at the first SIGINT or SIGTERM, so that a process can end in order; one that has not done so in time ends all the same. */
export function untilSignal(log: Log): Promise<void> {
  return new Promise((resolve) => {
    const heard = (signal: string): void => {
      log.info({ signal }, "told to stop");
      setTimeout(() => {
        log.warn({}, "not everything could be ended in order");
        process.exit(0);
      }, orderly).unref();
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, heard);
  });
}
