import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import type { Bench } from "./bench.js";
import { benches } from "./list.js";
import { keepRuns, lastRuns, type RunRecord, root, runBench } from "./record.js";
import { page, terminalTable } from "./report.js";

interface Options {
  list?: boolean;
  json?: boolean;
  write?: boolean;
  page?: boolean;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

await new Command("npm run bench --")
  .description("measures the product's paths against named baselines; shows ratios, fails no goal")
  .argument("[names...]", "which benches; all without a name")
  .option("--list", "say what there is")
  .option("--json", "print every measured figure as JSON")
  .option("--write", "rewrite docs/performance.md with what was measured")
  .option("--page", "rewrite docs/performance.md from the figures kept, measuring nothing")
  .showHelpAfterError("(see --help)")
  .action(main)
  .parseAsync();
process.exit();

async function main(names: string[], options: Options): Promise<void> {
  if (options.list) return print(benches.map(({ name, summary }) => `${name.padEnd(12)} ${summary}`).join("\n"));
  if (options.page) return writePage(lastRuns());
  const unknown = names.filter((name) => !benches.some((bench) => bench.name === name));
  if (unknown.length > 0)
    return refuse(`no bench is called ${unknown.join(", ")}; there are ${benches.map(({ name }) => name).join(", ")}`);
  const runs: RunRecord[] = [];
  for (const bench of benches.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const run = await attempt(bench);
    if (run === null) continue;
    runs.push(run);
    if (!options.json) print(`${terminalTable(run)}\n`);
  }
  if (options.json) print(JSON.stringify(runs, null, 2));
  if (options.write) writePage(keepRuns(runs));
}

/** One bench that cannot run costs itself only. */
async function attempt(bench: Bench): Promise<RunRecord | null> {
  const missing = Object.entries(bench.needs ?? {}).filter(([, program]) => !existsSync(program));
  if (missing.length > 0) {
    refuse(`${bench.name} needs ${missing.map(([name]) => name).join(", ")}: apt-get install ${missing.map(([name]) => name).join(" ")}`);
    return null;
  }
  try {
    say(`${bench.name}: ${bench.summary}`);
    return await runBench(bench, (text) => say(`  ${text}`));
  } catch (error) {
    refuse(`${bench.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return null;
  }
}

function writePage(runs: readonly RunRecord[]): void {
  writeFileSync(join(root, "docs/performance.md"), page(benches, runs));
  say("docs/performance.md is written");
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function refuse(text: string): void {
  say(text);
  process.exitCode = 1;
}
