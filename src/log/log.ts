import { type DestinationStream, type Logger, pino } from "pino";
import { isSecretName, maskKnown, redact } from "./redact.js";

/** What a room gets to log with. Fields first, then one fixed sentence in lower case. */
export interface Log {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
  /** A logger that adds these fields to every line: `log.child({ request })`. */
  child(fields: Record<string, unknown>): Log;
}

export interface LogOptions {
  level: "debug" | "info" | "warn" | "error" | "silent";
  /** Where the JSON lines go; standard error unless given, so that standard output stays an answer. */
  destination?: DestinationStream;
}

/** Structured JSON logs, one object a line, with secrets masked before anything is written. */
export function createLog({ level, destination }: LogOptions): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Errors are written out by clean(), like everything else; pino must not do it a second time.
    serializers: { err: (value: unknown): unknown => value },
    formatters: {
      level: (label: string): object => ({ level: label }),
      log: (fields: Record<string, unknown>): Record<string, unknown> => cleanFields(fields),
    },
    hooks: {
      logMethod(this: unknown, args: unknown[], method: (...args: never[]) => void): void {
        const cleaned = args.map((arg) => (typeof arg === "string" ? redact(arg) : arg));
        method.apply(this, cleaned as never[]);
      },
      // Second net: whatever way a registered secret took, it does not leave.
      streamWrite: maskKnown,
    },
  };
  const root = pino(options, destination ?? pino.destination({ dest: 2, sync: true }));
  return wrap(root, () => root);
}

/**
 * pino writes the fields of a child as they are, so they are cleaned before it sees them; and all of that only for a line that is written:
 * most children never say anything.
 */
function wrap(root: Logger, make: () => Logger): Log {
  let made: Logger | null = null;
  const logger = (): Logger => (made ??= make());
  const say =
    (level: "debug" | "info" | "warn" | "error") =>
    (fields: object, text: string): void => {
      if (root.isLevelEnabled(level)) logger()[level](fields, text);
    };
  return {
    debug: say("debug"),
    info: say("info"),
    warn: say("warn"),
    error: say("error"),
    child: (fields) => wrap(root, () => logger().child(cleanFields(fields))),
  };
}

function cleanFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cleanNamed(name, value, 0)]));
}

const deepest = 6;
const longest = 16_000;

function cleanNamed(name: string, value: unknown, depth: number): unknown {
  if (isSecretName(name) && value !== null && value !== undefined && typeof value !== "boolean") return "[secret]";
  return clean(value, depth + 1);
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value === "string") return redact(value.length > longest ? `${value.slice(0, longest)}… (cut)` : value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "function") return "[function]";
  if (value === null || typeof value !== "object") return value;
  if (depth > deepest) return "[deeper]";
  if (value instanceof Error) return cleanError(value, depth);
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`;
  if (Array.isArray(value)) return value.slice(0, 200).map((item) => clean(item, depth + 1));
  if (value instanceof Map) return clean(Object.fromEntries(value as Map<string, unknown>), depth);
  if ("toJSON" in value && typeof value.toJSON === "function") return clean((value.toJSON as () => unknown)(), depth + 1);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cleanNamed(name, inner, depth)]));
}

function cleanError(error: Error, depth: number): Record<string, unknown> {
  const written: Record<string, unknown> = { type: error.name, message: redact(error.message), stack: redact(error.stack ?? "") };
  const failure = (error as { failure?: unknown }).failure;
  if (failure !== undefined) written["failure"] = clean(failure, depth + 1);
  if (error.cause !== undefined) written["cause"] = clean(error.cause, depth + 1);
  return written;
}
