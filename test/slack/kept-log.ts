import type { Log } from "../../src/log/log.js";

export interface KeptLog extends Log {
  lines: { level: string; text: string; fields: object }[];
}

/** A log that keeps its lines. */
export function keptLog(): KeptLog {
  const lines: KeptLog["lines"] = [];
  const at = (level: string) => (fields: object, text: string) => void lines.push({ level, text, fields });
  const log: KeptLog = { lines, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error"), child: () => log };
  return log;
}
