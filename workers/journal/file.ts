import { type FileHandle, mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** A file of lines of which each is on disk before append() comes back. */
export interface LineFile {
  /** The whole lines that were there when it was opened. */
  lines: string[];
  /** Bytes. */
  size(): number;
  append(line: string): Promise<void>;
  /** Puts other lines in the place of all; a crash leaves the old ones or the new ones. */
  rewrite(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** What a crash has left: nobody may write behind it. */
export class Unwritable extends Error {}

/** Opens it, makes it if it is missing, and cuts off a last line that a crash has torn. Only for who has the lock. */
export async function openLines(file: string): Promise<LineFile> {
  let handle = await open(file, "a+", 0o600);
  await syncFolder(dirname(file));
  const bytes = await readFile(file);
  let size = bytes.lastIndexOf(0x0a) + 1;
  if (size < bytes.length) await cut(handle, size);
  const lines = bytes.subarray(0, size).toString("utf8").split("\n").slice(0, -1);
  return {
    lines,
    size: () => size,
    async append(line) {
      const data = Buffer.from(`${line}\n`);
      try {
        await handle.appendFile(data);
      } catch (error) {
        // No room, say: half a line must not come to lie between whole ones.
        await cut(handle, size).catch(unwritable);
        throw error;
      }
      // After a sync that failed nobody knows what the disk has.
      await handle.datasync().catch(unwritable);
      size += data.length;
    },
    async rewrite(fresh) {
      const data = Buffer.from(fresh.map((line) => `${line}\n`).join(""));
      const made = await open(`${file}.new`, "w", 0o600);
      await made.writeFile(data);
      await made.sync();
      await made.close();
      await rename(`${file}.new`, file);
      await syncFolder(dirname(file));
      const former = handle;
      handle = await open(file, "a", 0o600);
      size = data.length;
      await former.close();
    },
    close: () => handle.close(),
  };
}

function unwritable(cause: unknown): never {
  throw new Unwritable("the disk does not take it", { cause });
}

async function cut(handle: FileHandle, size: number): Promise<void> {
  await handle.truncate(size);
  await handle.datasync();
}

/** Makes a folder, on disk with all those above it that had to be made too. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let at = folder; at !== dirname(first); at = dirname(at)) await syncFolder(at);
  await syncFolder(dirname(first));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
