import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Compared } from "./conformance.js";
import { files } from "./recorded.js";

/** The committed page about how far the stand-in agrees. */
export const pageFile = join(import.meta.dirname, "../../../docs/calicoctl-conformance.md");

export interface Score {
  agree: number;
  total: number;
}

export function scoreOf(compared: readonly Compared[], file: string): Score {
  const own = compared.filter(({ id }) => id.startsWith(`${file}#`));
  return { agree: own.filter(({ agrees }) => agrees).length, total: own.length };
}

/** Scores by file as the page says them. */
export function committed(): ReadonlyMap<string, Score> {
  const rows = [...readFileSync(pageFile, "utf8").matchAll(/^\| ([\w-]+) \| (\d+) \| (\d+) \|$/gm)];
  return new Map(rows.map(([, file = "", agree, total]) => [file, { agree: Number(agree), total: Number(total) }]));
}

/** The page for these results. */
export function pageOf(compared: readonly Compared[]): string {
  const required = compared.filter((one) => one.required);
  const excepted = required.filter(({ exception }) => exception !== undefined);
  const agree = compared.filter(({ agrees }) => agrees).length;
  return `# How far the calicoctl stand-in agrees with the real one

The stand-in (\`lab/calicoctl\`) was run on every recorded case of calicoctl v3.32.1 (\`test/golden/calicoctl\`), each file on a keyspace of its
own in a real etcd. A case agrees when exit code, standard output and standard error are the same, but for ids, revisions, times and
pointers; what a command wrote is shown by the reading cases after it, and a recorded revision that is fed back is the one of this run.
No number may fall. A test writes this page: \`UPDATE=1 node test/run.mjs lab\`; with \`CALICOCTL=/path\` the same cases run with the real one.

| file | agree | total |
|---|---|---|
${files.map((file) => line(file, scoreOf(compared, file))).join("\n")}

Together ${agree} of ${compared.length}. The commands that must agree to the last case, \`get -o json|yaml\`, \`version\`, \`node status\` and
those that write (\`validate\`, \`apply\`, \`create\`, \`replace\`, \`patch\`, \`delete\`, \`label\`): ${
    required.filter(({ agrees }) => agrees).length
  } of ${required.length}, with these exceptions.

| case | command | why |
|---|---|---|
${excepted.map(({ id, recorded, exception }) => `| ${id} | \`${recorded.argv.slice(1).join(" ")}\` | ${exception} |`).join("\n")}

What else disagrees, by command: ${byCommand(compared)}.
`;
}

const line = (file: string, { agree, total }: Score): string => `| ${file} | ${agree} | ${total} |`;

function byCommand(compared: readonly Compared[]): string {
  const counts = new Map<string, number>();
  for (const { agrees, required, recorded } of compared) {
    const command = recorded.argv.slice(1).find((word) => !word.startsWith("-")) ?? "none";
    if (!agrees && !required) counts.set(command, (counts.get(command) ?? 0) + 1);
  }
  const sorted = [...counts].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return sorted.map(([command, count]) => `\`${command}\` ${count}`).join(", ");
}
