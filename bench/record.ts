import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { Bench, Row } from "./bench.js";

const goal = z.object({ kind: z.enum(["at most", "faster", "share", "median", "worst"]), limit: z.number() });

const RowRecord = z.object({
  what: z.string(),
  measured: z.array(z.number()),
  unit: z.enum(["ms", "per s", "MiB"]),
  baseline: z.object({ name: z.string(), measured: z.array(z.number()) }).nullable(),
  goal: goal.nullable(),
  cause: z.string().optional(),
});

/** One bench's last run: what came out, when, of which state of the sources, on how busy a machine. */
const RunRecord = z.object({
  name: z.string(),
  commit: z.string(),
  date: z.string(),
  cores: z.number(),
  memoryGiB: z.number(),
  /** Load average over a minute, before and after. */
  load: z.tuple([z.number(), z.number()]),
  rows: z.array(RowRecord),
});
export type RunRecord = Omit<z.infer<typeof RunRecord>, "rows"> & { rows: Row[] };

export const root = resolve(import.meta.dirname, "..");
const kept = join(root, "docs/performance.json");

/** Runs a bench and notes the circumstances. */
export async function runBench(bench: Bench, say: (text: string) => void): Promise<RunRecord> {
  const before = busy();
  const rows = await bench.run(say);
  const machine = { cores: cpus().length, memoryGiB: Math.round(totalmem() / 1024 ** 3) };
  return { name: bench.name, commit: commitNow(), date: new Date().toISOString().slice(0, 10), ...machine, load: [before, busy()], rows };
}

const busy = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;

function commitNow(): string {
  const git = (...args: string[]): string => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  try {
    return `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain", "--", "src", "workers", "commands") === "" ? "" : " + changes"}`;
  } catch {
    return "unknown";
  }
}

/** The last run of each bench, as kept beside the page. */
export function lastRuns(): RunRecord[] {
  return existsSync(kept) ? (z.array(RunRecord).parse(JSON.parse(readFileSync(kept, "utf8"))) as RunRecord[]) : [];
}

/** Keeps what was just run in place of its older figures. */
export function keepRuns(runs: readonly RunRecord[]): RunRecord[] {
  const all = [...lastRuns().filter(({ name }) => !runs.some((run) => run.name === name)), ...runs];
  const rounded = (values: readonly number[]): number[] => values.map((value) => Number(value.toPrecision(4)));
  const lean = all.map((run) => ({
    ...run,
    rows: run.rows.map((row) => ({
      ...row,
      measured: rounded(row.measured),
      baseline: row.baseline && { ...row.baseline, measured: rounded(row.baseline.measured) },
    })),
  }));
  writeFileSync(
    kept,
    `${JSON.stringify(lean, null, 1).replace(/\[\s+([-\d.,\s]+?)\s+\]/g, (_, inner: string) => `[${inner.replace(/\s+/g, " ")}]`)}\n`,
  );
  return lean;
}
