import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One recorded command: what ran, and what came back. */
export interface Recorded {
  name?: string;
  host?: string;
  phase?: string;
  note?: string;
  argv: string[];
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** The recordings of a file below test/golden, whichever of the two shapes it has. */
export function golden(file: string): Recorded[] {
  const read = JSON.parse(readFileSync(join(import.meta.dirname, "../golden", file), "utf8")) as Recorded[] | { records: Recorded[] };
  return Array.isArray(read) ? read : read.records;
}

/** The words that birdc was asked, without program and options; null = not birdc. */
export function birdcQuestion(argv: readonly string[]): string | null {
  const at = argv.findIndex((word) => word.startsWith("birdc"));
  if (at < 0) return null;
  const rest = argv.slice(at + 1);
  const socket = rest.indexOf("-s");
  return rest.filter((word, i) => word !== "-r" && i !== socket && i !== socket + 1).join(" ");
}
