import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quote } from "../../workers/ssh/quote.js";
import type { Recorded } from "./golden.js";

/** Small real programs in a folder of their own, which do what a test tells a tool to do. */
export interface Programs {
  folder: string;
  /** Writes an executable shell script and gives its path. */
  script(name: string, ...lines: string[]): string;
  /** A program that prints what was recorded, byte for byte, and ends as it ended. */
  replay(name: string, record: Pick<Recorded, "stdout" | "stderr" | "exitCode">): string;
  /** What a program left in a file of the folder, once it is there. */
  left(name: string): Promise<string>;
  remove(): void;
}

export function programs(): Programs {
  const folder = mkdtempSync(join(tmpdir(), "program-test-"));
  const script = (name: string, ...lines: string[]): string => {
    const path = join(folder, name);
    writeFileSync(path, ["#!/bin/sh", ...lines, ""].join("\n"));
    chmodSync(path, 0o755);
    return path;
  };
  return {
    folder,
    script,
    replay(name, { stdout, stderr, exitCode }) {
      const data = join(folder, `${name}.d`);
      mkdirSync(data, { recursive: true });
      writeFileSync(join(data, "out"), stdout);
      writeFileSync(join(data, "err"), stderr);
      const end = exitCode === null ? "exec sleep 600" : `exit ${exitCode}`;
      return script(name, `cat ${quote([join(data, "out")])}`, `cat ${quote([join(data, "err")])} >&2`, end);
    },
    async left(name) {
      const path = join(folder, name);
      for (let i = 0; i < 200 && !(existsSync(path) && readFileSync(path, "utf8").endsWith("\n")); i++) await pause(20);
      return readFileSync(path, "utf8").trim();
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Whether a process is gone, given a moment to be. */
export async function gone(pid: number): Promise<boolean> {
  const there = (): boolean => existsSync(`/proc/${pid}`) && !/^\d+ \(.*\) Z/.test(readStat(pid));
  for (let i = 0; i < 50 && there(); i++) await pause(20);
  return !there();
}

function readStat(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return `${pid} (gone) Z`;
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
