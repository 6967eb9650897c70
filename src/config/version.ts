import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Version of this program, from the package.json above it (sources and built files lie at different depths). */
export const version: string = find(import.meta.dirname);

function find(folder: string): string {
  try {
    const read = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: string; version?: string };
    if (read.name === "calico-chatops" && read.version !== undefined) return read.version;
  } catch {
    // Not in this folder: look one up.
  }
  return dirname(folder) === folder ? "0.0.0" : find(dirname(folder));
}
