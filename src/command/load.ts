import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fail } from "../contract/failure.js";
import type { Command } from "./define.js";

/** Loads every command below a folder; a command's name is its path: `policy/lint.ts` is `policy lint`. */
export async function loadCommands(folder: string): Promise<ReadonlyMap<string, Command>> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => /\.(ts|js)$/.test(file) && !file.endsWith(".d.ts"));
  const commands = new Map<string, Command>();
  for (const file of files.toSorted()) {
    const path = join(folder, file);
    const module = (await import(path)) as { default?: Command };
    if (!module.default) throw fail("internal", `${relative(folder, path)} exports no command as its default`);
    commands.set(nameOf(file), module.default);
  }
  return commands;
}

function nameOf(file: string): string {
  return file
    .replace(/\.(ts|js)$/, "")
    .split(sep)
    .join(" ");
}
