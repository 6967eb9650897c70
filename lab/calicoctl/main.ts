import { End } from "./end.js";
import { get } from "./get.js";
import { nodeStatus } from "./node-status.js";
import { type Grammar, parse } from "./options.js";
import { usage } from "./usage.js";
import { version } from "./version.js";
import { validate, write } from "./write/commands.js";
import { label } from "./write/label.js";
import { patch } from "./write/patch.js";

/** The calicoctl of the lab: reads and writes like the real one. */

const grammar: Grammar = {
  options: {
    help: { letter: "h" },
    version: {},
    "log-level": { letter: "l", value: true },
    context: { value: true },
    "allow-version-mismatch": {},
  },
  usage: usage.calicoctl,
  first: true,
};
const levels = ["panic", "fatal", "error", "warn", "warning", "info", "debug"];
const real = ["ipam", "datastore", "cluster"];

async function main(argv: readonly string[]): Promise<void> {
  const { command, rest, level } = split(argv);
  if (level !== undefined && !levels.includes(level))
    throw new End(`Unknown log level: ${level}, expected one of: \npanic, fatal, error, warn, info, debug.\n`, "stdout");
  if (command === "get") return get(rest);
  if (command === "version") return version(rest);
  if (command === "node") return node(rest);
  if (command === "validate") return validate(rest);
  if (command === "label") return label(rest);
  if (command === "patch") return patch(rest);
  if (["apply", "create", "replace", "delete"].includes(command)) return write(command, rest);
  if (real.includes(command)) throw new End(`this stand-in has no \`${command}\` yet`);
  throw new End(`unknown command: "${command}"\n${usage.calicoctl}`);
}

/** Options that stand before the command, and the command with its own. */
function split(argv: readonly string[]): { command: string; rest: string[]; level: string | undefined } {
  try {
    const { options, words } = parse(argv, grammar);
    if (options.has("help")) throw new End(usage.calicoctl, "stdout", 0);
    if (options.has("version")) throw new End("Run 'calicoctl version' to see version information.\n", "stdout", 0);
    const [command, ...rest] = words;
    if (command === undefined) throw new End(usage.calicoctl);
    return {
      command,
      rest: [...rest, ...(options.has("allow-version-mismatch") ? ["--allow-version-mismatch"] : [])],
      level: options.get("log-level"),
    };
  } catch (error) {
    if (error instanceof End && error.stream === "stderr")
      process.stdout.write(`Invalid option: '${argv.join(" ")}'. Use flag '--help' to read about a specific subcommand.\n`);
    throw error;
  }
}

function node([command, ...rest]: readonly string[]): Promise<void> {
  if (command === "status") return nodeStatus(rest);
  if (command === undefined) throw new End(usage.node);
  throw new End(`this stand-in has no \`node ${command}\` yet`);
}

function end(error: unknown): void {
  if (!(error instanceof End)) throw error;
  const { text, stream, exitCode } = error;
  if (stream === "stdout") process.stdout.write(text);
  else process.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
  process.exitCode = exitCode;
}

main(process.argv.slice(2)).catch(end);
