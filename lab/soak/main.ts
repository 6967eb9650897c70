import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { labDir } from "../hosts/folder.js";
import { readState } from "../hosts/state.js";
import { raiseGround } from "./parts.js";
import { commitNow, page, root } from "./report.js";
import { soak } from "./soak.js";

/** `npm run soak`: kills parts of the product under load, and counts. */
const say = (text: string): void => void process.stdout.write(`${text}\n`);

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("a whole number is needed.");
  return Number(text);
}

await new Command("npm run soak --")
  .description("asks without end while bots, workers and Redis are killed; every acknowledged question must have exactly one answer")
  .option("--rounds <count>", "kills in all, one each round", whole, 200)
  .option("--seed <number>", "repeats the moments and questions of another run", whole, Date.now() % 1_000_000)
  .option("--no-write", "leave docs/soak.md as it is")
  .showHelpAfterError("(see --help)")
  .action(main)
  .parseAsync();
process.exit();

async function main({ rounds, seed, write }: { rounds: number; seed: number; write: boolean }): Promise<void> {
  const dir = labDir();
  if (readState(dir)) throw new Error(`a lab is up in ${dir} already: \`npm run lab -- down\` takes it down`);
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopping.abort());
  const commit = commitNow();
  say(`seed ${seed}, ${rounds} rounds, commit ${commit}`);
  const ground = await raiseGround(dir);
  try {
    const result = await soak(ground, { rounds, seed, say, stop: stopping.signal });
    if (write) writeFileSync(join(root, "docs/soak.md"), page(result, commit));
    say(page(result, commit));
    if (result.faults.length > 0) keepLogs(dir);
  } finally {
    await ground.end();
  }
}

/** The lab's folder goes with the lab; what a fault is found by stays. */
function keepLogs(dir: string): void {
  cpSync(join(dir, "log"), `${dir}-log`, { recursive: true });
  say(`the logs of all parts are kept in ${dir}-log`);
  process.exitCode = 1;
}
