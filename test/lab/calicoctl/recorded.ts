import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One recorded run of the real calicoctl. */
export interface Case {
  name?: string;
  argv: string[];
  stdin?: string;
  files?: Record<string, string>;
  env: Record<string, string>;
  exitCode: number | null;
  stdout: string;
  stderr: string;
  note?: string;
  timedOutAfterSeconds?: number;
}

const folder = join(import.meta.dirname, "../../golden/calicoctl");

/** Names of the recordings, without `.json`. */
export const files: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.slice(0, -5))
  .toSorted();

export const casesOf = (file: string): Case[] => JSON.parse(readFileSync(join(folder, `${file}.json`), "utf8")) as Case[];

const writing = ["validate", "apply", "create", "replace", "patch", "delete", "label"];

/** What must agree to the last case: `get -o json|yaml`, `version`, `node status`, and the commands that write. */
export function isRequired({ argv: [, ...words] }: Case): boolean {
  const [command = "", second] = words.filter((word) => !word.startsWith("-"));
  if (command === "version") return true;
  if (command === "node") return second === "status";
  if (writing.includes(command)) return !words.includes("--help");
  return command === "get" && words.some((word, i) => word === "-o" && ["json", "yaml"].includes(words[i + 1] ?? ""));
}
