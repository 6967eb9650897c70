import { NoClient } from "./config.js";
import { End, out } from "./end.js";
import { Refused } from "./etcd.js";
import { type Grammar, parse } from "./options.js";
import { printDuration } from "./shapes/scalars.js";
import { type PrintedMap, shown } from "./shapes/shape.js";
import { Missing, openStore, type Store, Unreadable } from "./store.js";
import { help, usage } from "./usage.js";
import { clientVersion, clusterInformation, gitCommit } from "./version-check.js";

const grammar: Grammar = {
  options: {
    help: { letter: "h" },
    config: { letter: "c", value: true },
    poll: { value: true },
    "allow-version-mismatch": {},
    client: {},
  },
  usage: usage.version,
};

/** `calicoctl version`: of this program, and of the cluster if it says one. */
export async function version(argv: readonly string[]): Promise<void> {
  const { options, words } = parse(argv, grammar);
  if (options.has("help")) throw new End(help.version, "stdout", 0);
  if (words.length > 0) throw new End(usage.version);
  const poll = pollEvery(options.get("poll"));
  out(`Client Version:    ${clientVersion}\nGit commit:        ${gitCommit}\n`);
  if (options.has("client")) return;
  const store = await open(options.get("config"));
  if (store === null) return out("Unable to detect installed Calico version\n");
  await show(store, poll);
}

/** Milliseconds between two looks at the cluster; 0 = one look. */
function pollEvery(given: string | undefined): number {
  if (!given) return 0;
  if (printDuration(given) === undefined) throw new End("invalid poll duration specified: 0s");
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  return [...given.matchAll(/(\d+\.?\d*|\.\d+)(ms|s|m|h)/g)].reduce((sum, [, n, unit]) => sum + Number(n) * (units[unit ?? ""] ?? 0), 0);
}

async function open(configFile: string | undefined): Promise<Store | null> {
  try {
    return await openStore(configFile);
  } catch (error) {
    if (!(error instanceof NoClient)) throw error;
    if (error.message.startsWith("invalid configuration: no configuration")) return null;
    throw new End(error.message);
  }
}

async function show(store: Store, poll: number): Promise<void> {
  let shown = { version: "", type: "" };
  for (;;) {
    const spec = await look(store);
    const now = typeof spec === "string" ? { version: "", type: "" } : named(spec);
    if (now.version !== "" && now.version !== shown.version) out(`Cluster Version:   ${now.version}\n`);
    if (now.type !== "" && now.type !== shown.type) out(`Cluster Type:      ${now.type}\n`);
    shown = now;
    if (poll === 0 && typeof spec === "string") throw new End(spec);
    if (poll === 0) return;
    if (typeof spec === "string") process.stderr.write(`${spec}\n`);
    await new Promise((resolve) => setTimeout(resolve, poll));
  }
}

function named(spec: PrintedMap): { version: string; type: string } {
  return { version: shown(spec.get("calicoVersion")) || "unknown", type: shown(spec.get("clusterType")) || "unknown" };
}

/** The cluster's information, or why there is none. */
async function look(store: Store): Promise<PrintedMap | string> {
  try {
    return await clusterInformation(store);
  } catch (error) {
    if (!(error instanceof Missing || error instanceof Refused || error instanceof Unreadable)) throw error;
    return `unable to retrieve Cluster Version or Type: ${error.message}`;
  }
}
