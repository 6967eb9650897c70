import type { Bench, Row } from "./bench.js";
import { goalText, met, ratioText, short, spreadText } from "./judge.js";
import type { RunRecord } from "./record.js";

const verdict = (row: Row): string => ({ true: "met", false: "NOT MET", null: "-" })[String(met(row)) as "true" | "false" | "null"];

/** One bench for the terminal. */
export function terminalTable({ name, load, rows }: RunRecord): string {
  const head = `${name}: load average ${short(load[0])} before, ${short(load[1])} after`;
  const lines = rows.map((row) => {
    const against = row.baseline ? `${row.baseline.name}: ${spreadText(row.baseline.measured, row.unit)}` : "";
    const first = `  ${verdict(row).padEnd(8)} ${row.what}: ${spreadText(row.measured, row.unit)}`;
    const second = [against, row.baseline ? ratioText(row) : "", row.goal ? `goal ${goalText(row.goal, row.unit)}` : ""];
    const rest = second.filter((part) => part !== "").join("; ");
    return rest === "" ? first : `${first}\n           ${rest}`;
  });
  return [head, ...lines].join("\n");
}

const opening = `# Performance

Every path is measured beside a named baseline in the same run, both in turn, round by round; what counts is the **ratio**. Figures are
\`median (least to most)\`. The machine is shared and was busy while this was measured (the load average is beside each table), clients and
servers ran on the same cores, and all traffic was on loopback: milliseconds are worse than in the field, and no test depends on any of it.

\`\`\`
npm run bench -- --list            # what there is
npm run bench                      # everything, on the terminal
npm run bench -- ssh etcd --write  # two of them, and this page with them
\`\`\`

Written by \`npm run bench -- --write\`; the figures behind it are in [performance.json](performance.json).
`;

/** The whole page from the last run of each bench. */
export function page(benches: readonly Bench[], runs: readonly RunRecord[]): string {
  const parts = benches.map((bench) =>
    part(
      bench,
      runs.find(({ name }) => name === bench.name),
    ),
  );
  return `${[opening, notMet(benches, runs), ...parts].join("\n").trimEnd()}\n`;
}

function part({ name, summary, absent = [] }: Bench, run: RunRecord | undefined): string {
  const title = `## ${name}\n${summary[0]?.toUpperCase()}${summary.slice(1)}.\n`;
  const missing = absent.map((text) => `Not measured: ${text}.\n`).join("");
  if (run === undefined) return `${title}\nNot run yet.\n${missing}`;
  const { commit, date, cores, memoryGiB, load, rows } = run;
  const where = `Commit ${commit}, ${date}, ${cores} cores, ${memoryGiB} GiB, load average ${short(load[0])} before and ${short(load[1])} after.`;
  const table = ["| path | measured | baseline | ratio | goal | |", "|---|---|---|---|---|---|", ...rows.map(line)].join("\n");
  return `${title}\n${where} Repeat: \`npm run bench -- ${name}\`.\n${missing}\n${table}\n`;
}

function line(row: Row): string {
  const baseline = row.baseline ? `${row.baseline.name}: ${spreadText(row.baseline.measured, row.unit)}` : "-";
  const cells = [row.what, spreadText(row.measured, row.unit), baseline, ratioText(row), goalText(row.goal, row.unit), verdict(row)];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function notMet(benches: readonly Bench[], runs: readonly RunRecord[]): string {
  const missed = benches.flatMap(({ name, absent = [] }) => {
    const rows = runs.find((run) => run.name === name)?.rows.filter((row) => met(row) === false) ?? [];
    return [
      ...rows.map(
        (row) =>
          `- **${name}**, ${row.what}: ${row.baseline ? ratioText(row) : spreadText(row.measured, row.unit)}, goal ${goalText(row.goal, row.unit)}. ${row.cause ?? "The cause is not known yet."}`,
      ),
      ...absent.map((text) => `- **${name}**: not measured: ${text}.`),
    ];
  });
  return `## Not met\n${missed.length === 0 ? "Nothing: every goal is kept." : missed.join("\n")}\n`;
}
