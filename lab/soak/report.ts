import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { resolve } from "node:path";
import type { SoakResult } from "./soak.js";

export const root = resolve(import.meta.dirname, "../..");

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** The page about a run: what was done, and what came out. */
export function page(result: SoakResult, commit: string): string {
  const { rounds, seed, kills, asked, taken, tally, p50, p99, longest, faults } = result;
  const rows: [string, string | number][] = [
    ["commit", commit],
    ["date", new Date().toISOString().slice(0, 10)],
    ["machine", `${cpus().length} cores, ${Math.round(totalmem() / 1024 ** 3)} GiB`],
    ["rounds (seed)", `${rounds} (${seed})`],
    ["`kill -9` of a bot, a worker, Redis", `${kills.bot}, ${kills.worker}, ${kills.redis}`],
    ["questions, acknowledged", `${asked}, ${taken}`],
    ["answered once", tally.answered],
    ["answered once with a failure that says why", tally.failed],
    ['answered again, marked "repeated"', tally.repeated],
    ["not acknowledged, and Slack told the asker so", tally.untaken],
    ["lost, answered twice, left unfinished", `${tally.lost}, ${tally.twice}, ${tally.stuck}`],
    ["question to answer: p50, p99, longest", [p50, p99, longest].map(seconds).join(", ")],
  ];
  return [
    "# Soak: nothing lost, nothing twice",
    "",
    "Written by `npm run soak`. Two bots, two workers and a Redis with AOF on the lab's hosts are asked by slash commands and mentions without",
    "end; in each round one of the five is killed with `kill -9` at a random moment and started again up to 1.5 s later. Each acknowledged",
    "question must end with exactly one finished message: the answer, or a failure that says why.",
    "",
    "| what | seen |",
    "|---|---|",
    ...rows.map(([what, seen]) => `| ${what} | ${seen} |`),
    "",
    ...(faults.length === 0 ? ["No fault was found."] : ["```", ...faults, "```"]),
    "",
  ].join("\n");
}

/** The state of the sources that is about to be run. */
export function commitNow(): string {
  const git = (...args: string[]): string => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain", "--", "src", "workers", "commands") === "" ? "" : " + changes";
  return `${git("rev-parse", "--short", "HEAD")}${changed}`;
}
