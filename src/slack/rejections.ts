import type { Log } from "../log/log.js";

/**
 * The Slack SDK lets promises fail that nobody holds: `undefined` when a disconnect races a reconnect, its own coded errors when a
 * reconnect is refused. Node would end the process for them; here they are logged. Any other lost rejection still ends it.
 * Returns how to take the guard off again.
 */
export function guardRejections(log: Log): () => void {
  const guard = (reason: unknown): void => {
    if (!isOfTheSdk(reason)) throw reason;
    log.error({ err: reason }, "the slack sdk lost a failure");
  };
  process.on("unhandledRejection", guard);
  return () => void process.off("unhandledRejection", guard);
}

/** Error codes of the SDK's packages begin with `slack_`. */
export function isOfTheSdk(reason: unknown): boolean {
  if (reason === undefined) return true;
  if (typeof reason !== "object" || reason === null || !("code" in reason)) return false;
  return typeof reason.code === "string" && reason.code.startsWith("slack_");
}
