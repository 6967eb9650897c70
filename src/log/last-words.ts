import type { Log } from "./log.js";

/** What nobody caught ends the process, as ever; but its words go through the log, where secrets are masked. */
export function lastWords(log: Log): void {
  process.once("uncaughtException", (err, origin) => {
    log.error({ err, origin }, "an error that nobody caught ends the process");
    process.exit(1);
  });
}
