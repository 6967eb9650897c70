import { mkdir, open, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AuditHead } from "../contract/job.js";
import type { Log } from "../log/log.js";
import type { KnownHead } from "./verify.js";

/** Keeps on this machine's disk where the audit record ended, so that one cut short in Redis is found out. */
export interface HeadKeeper {
  /** Returns at once; of heads that come quickly only the newest is written. */
  keep(head: AuditHead): void;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

/** The file is written anew with its newest lines when it has grown to this, bytes. */
const biggest = 1024 ** 2;
const linesKept = 1000;
const nameOf = (who: string): string => `audit-heads-${who}.jsonl`;

/** A keeper that writes `audit-heads-WHO.jsonl` below the state folder; with null it keeps nothing. */
export function createHeadKeeper(folder: string | null, who: string, log: Log): HeadKeeper {
  if (folder === null) return { keep: () => {}, close: () => Promise.resolve() };
  const file = join(folder, nameOf(who));
  let next: AuditHead | null = null;
  let writing: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    while (next !== null) {
      const head: AuditHead = next;
      next = null;
      await write(folder, file, head).catch((error: unknown) => log.error({ err: error, file }, "the audit head was not kept on disk"));
    }
    writing = null;
  };
  return {
    keep(head) {
      next = head;
      writing ??= run();
    },
    async close() {
      await writing;
    },
  };
}

async function write(folder: string, file: string, head: AuditHead): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const handle = await open(file, "a", 0o600);
  try {
    await handle.write(`${JSON.stringify({ ...head, at: new Date().toISOString() })}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  if ((await stat(file)).size > biggest) await shorten(file);
}

async function shorten(file: string): Promise<void> {
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n").slice(-linesKept);
  await writeFile(`${file}.new`, `${lines.join("\n")}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** All heads that were kept below a state folder; a line that a crash cut in two is left out. */
export async function keptHeads(folder: string): Promise<KnownHead[]> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith("audit-heads-") && name.endsWith(".jsonl"));
  const texts = await Promise.all(
    files.map(async (name) => ({ name: join(folder, name), text: await readFile(join(folder, name), "utf8") })),
  );
  return texts.flatMap(({ name, text }) => text.split("\n").flatMap((line) => headIn(line, name)));
}

function headIn(line: string, from: string): KnownHead[] {
  try {
    return [{ ...AuditHead.parse(JSON.parse(line)), from }];
  } catch {
    return [];
  }
}
