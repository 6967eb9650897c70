import { randomUUID } from "node:crypto";
import type { Ask } from "../../src/cluster/ask.js";
import type { Host } from "../../src/cluster/inventory.js";
import { fail, toFailure } from "../../src/contract/failure.js";
import type { SshPool } from "./pool.js";

export interface Asking {
  host: Host;
  ask: Ask;
  /** What the evidence calls it. */
  what: string;
  /** The shell script; it prints `MARK title` before and `MARK end EXIT` after each answer. */
  script(mark: string): string;
  timeoutMs: number;
  maxBytes: number;
}

/** Characters of output kept as evidence. */
const kept = 8192;

/** Asks a host several things in one exec, behind a mark that no output can forge. */
export async function askMarked(pool: SshPool, asking: Asking): Promise<Section[]> {
  const { host, ask, what, timeoutMs, maxBytes } = asking;
  const mark = `--${randomUUID()}`;
  const began = Date.now();
  const noted = { where: host.name, what };
  const options = { signal: ask.signal, timeoutMs, maxBytes };
  const result = await pool.exec(host, ["sh", "-c", asking.script(mark)], options).catch((error: unknown) => {
    ask.note({ ...noted, exit: null, ms: Date.now() - began, bytes: 0, output: toFailure(error).message });
    throw error;
  });
  const output = result.stdout.replaceAll(mark, "--").slice(0, kept);
  ask.note({ ...noted, exit: result.code, ms: result.ms, bytes: result.stdout.length, output });
  const found = sections(result.stdout, mark);
  if (found.length === 0) throw fail("unreadable_output", `${host.name} answered nothing that can be read: ${result.stderr.slice(0, 200)}`);
  return found;
}

/** One answer of a script that asks several things in one exec. */
export interface Section {
  /** What follows the mark: `4 show status`. */
  title: string;
  text: string;
  exit: number;
}

/** A script's output cut at its marks: `MARK title`, the answer, `MARK end EXIT`. */
function sections(output: string, mark: string): Section[] {
  const found: Section[] = [];
  let open: { title: string; lines: string[] } | null = null;
  for (const line of output.split("\n")) {
    const rest = line.startsWith(`${mark} `) ? line.slice(mark.length + 1) : null;
    if (rest === null) open?.lines.push(line);
    else if (rest.startsWith("end ")) {
      if (open) found.push({ title: open.title, text: open.lines.join("\n"), exit: Number(rest.slice(4)) });
      open = null;
    } else open = { title: rest, lines: [] };
  }
  return found;
}
