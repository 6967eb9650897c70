import { readdirSync, readFileSync } from "node:fs";

/** Words of every process that can be seen. */
export function processes(): string[][] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(commandLine).filter((words) => words.length > 0);
}

function commandLine(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return text === "" ? [] : text.replace(/\0$/, "").split("\0");
  } catch {
    return []; // It ended in between.
  }
}

/** Some process has one of these words at its place; that alone counts, whatever the rest is. */
export function runs(words: readonly string[], among: readonly (readonly string[])[]): boolean {
  return among.some((process) => words.some((word, i) => process[i] === word));
}
