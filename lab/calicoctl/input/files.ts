import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Unreadable } from "./yaml.js";

export interface Source {
  /** File, folder, or `-` for the standard input. */
  path: string;
  recursive: boolean;
  /** Nothing in it is no error. */
  skipEmpty: boolean;
}

/** The files that are to be read, and whether the path is a folder. */
export function filesOf({ path, recursive }: Source): { folder: boolean; files: readonly string[] } {
  const folder = path !== "-" && isFolder(path);
  return { folder, files: folder ? below(path, recursive) : [path] };
}

export async function textOf(file: string): Promise<string> {
  if (file !== "-") return readFileSync(file, "utf8");
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    throw new Unreadable(`open ${path}: no such file or directory`);
  }
}

function below(folder: string, recursive: boolean): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return recursive ? below(path, recursive) : [];
    return /\.(json|ya?ml)$/.test(entry.name) ? [path] : [];
  });
}
