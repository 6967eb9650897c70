import type { Ask } from "../../src/cluster/ask.js";
import { redact } from "../../src/log/redact.js";

/** Characters of output kept as evidence. */
const kept = 8192;

export interface Noted {
  /** Host name, or `worker`. */
  where: string;
  /** The words that ran. */
  what: string;
  exit: number | null;
  stdout: string;
  stderr: string;
  ms: number;
}

/** Notes one run as evidence: both streams, the errors kept when the answer is long. */
export function note(ask: Ask, { where, what, exit, ms, stdout, stderr }: Noted): void {
  const errors = redact(stderr.slice(0, kept)).slice(0, kept / 4);
  const output = redact(stdout.slice(0, kept + 4096)).slice(0, kept - errors.length) + errors;
  const bytes = Buffer.byteLength(stdout) + Buffer.byteLength(stderr);
  ask.note({ where, what, exit, ms, bytes, ...(output === "" ? {} : { output }) });
}
