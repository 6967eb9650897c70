import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Writes one file that only this account can read and returns its path. */
export type Write = (name: string, text: string) => string;

/** Files for a program that may not be told secrets by argv or environment. */
export interface PrivateFolder<T> {
  /** What was written as it is now, made anew if a cleaner of temporary folders took a part of it. */
  files(): T & { home: string };
  remove(): void;
}

/** Keeps secrets in files that only this account can read, beside an empty `home`, until remove() or the end of the process. */
export function createPrivateFolder<T>(fill: (write: Write) => T): PrivateFolder<T> {
  let made: Made<T> | null = null;
  const remove = (): void => {
    if (made !== null) rmSync(made.folder, { recursive: true, force: true });
    made = null;
    process.removeListener("exit", remove);
  };
  return {
    files() {
      if (made !== null && made.all.every((file) => existsSync(file))) return made.files;
      remove();
      made = make(fill);
      process.once("exit", remove);
      return made.files;
    },
    remove,
  };
}

interface Made<T> {
  folder: string;
  all: string[];
  files: T & { home: string };
}

function make<T>(fill: (write: Write) => T): Made<T> {
  // Only this account may enter what mkdtemp makes.
  const folder = mkdtempSync(join(tmpdir(), "calico-chatops-"));
  const all: string[] = [];
  const write: Write = (name, text) => {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
    all.push(file);
    return file;
  };
  const home = join(folder, "home");
  mkdirSync(home, { mode: 0o700 });
  const files = { ...fill(write), home };
  return { folder, all: [...all, home], files };
}
