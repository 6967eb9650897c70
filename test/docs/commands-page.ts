import { resolve } from "node:path";
import type { Command } from "../../src/command/define.js";
import { loadCommands } from "../../src/command/load.js";
import { params, usageOf } from "../../src/command/params.js";

/** The commands by name, in alphabetical order. */
export async function declarations(): Promise<[string, Command][]> {
  const commands = await loadCommands(resolve(import.meta.dirname, "../../commands"));
  return [...commands].toSorted(([a], [b]) => a.localeCompare(b));
}

/** docs/commands.md, made from the declarations. */
export function commandsPage(commands: readonly [string, Command][]): string {
  const head = [
    "# Commands",
    "",
    "Typed as `/calico …` in Slack, as `@calico …` in threads, as `calico-chatops run '…'` on a terminal. `--cluster NAME` (or `all`) goes with",
    "every command that asks a cluster; words may be quoted, flags may be written `--flag value`, `--flag=value` or `flag=value`.",
    "A host that only one cluster has is asked there; one that several have is asked about. So is what `ip`, `find`, `why`, `policies VM`,",
    "`routes IP` and `get KIND NAME` name: all clusters are asked, and of several that have it none is picked. `--private` shows the answer to the asker alone.",
    "",
  ];
  return [...head, ...commands.flatMap(([name, command]) => section(name, command))].join("\n");
}

function section(name: string, command: Command): string[] {
  const args = params(command.args).map((p) => `- \`${p.positional === null ? `--${p.name}` : p.placeholder}\`: ${p.description}`);
  return [
    `## ${name}`,
    "",
    `\`${usageOf(name, command.args)}\`: ${command.summary}. For the role ${command.role}.`,
    "",
    ...(command.details ?? []).map((detail) => `- ${detail}`),
    ...args,
    "",
    ...command.examples.map((example) => `    /calico ${example}`),
    "",
  ];
}

/** The README's table of commands. */
export function readmeTable(commands: readonly [string, Command][]): string {
  const rows = commands.map(([name, { args, summary }]) => `| \`${usageOf(name, args).replaceAll("|", String.raw`\|`)}\` | ${summary} |`);
  return ["| command | answers |", "|---|---|", ...rows].join("\n");
}
