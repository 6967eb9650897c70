import { type Logger, LogLevel } from "@slack/bolt";
import type { Log } from "../log/log.js";

/** The SDK's log lines in ours. Its debug lines hold whole payloads and are dropped; what it calls information is detail to us. */
export function sdkLogger(log: Log): Logger {
  const text = (parts: unknown[]): string => parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" ");
  return {
    debug: () => {},
    info: (...parts: unknown[]) => log.debug({ sdk: text(parts) }, "slack sdk"),
    warn: (...parts: unknown[]) => log.warn({ sdk: text(parts) }, "slack sdk"),
    error: (...parts: unknown[]) => log.error({ sdk: text(parts) }, "slack sdk"),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
