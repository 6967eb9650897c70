import { processes, runs } from "./bird/processes.js";
import { peersOf } from "./bird/query.js";
import { peerTable } from "./bird/table.js";
import { End, out } from "./end.js";
import { type Grammar, parse } from "./options.js";
import { help, usage } from "./usage.js";

const grammar: Grammar = { options: { help: { letter: "h" }, "allow-version-mismatch": {} }, usage: usage.nodeStatus };

/** `calicoctl node status`: is Felix there, is BIRD, what are its sessions. Must run on the host itself. */
export async function nodeStatus(argv: readonly string[]): Promise<void> {
  const { options, words } = parse(argv, grammar);
  if (options.has("help")) throw new End(help.nodeStatus, "stdout", 0);
  if (words.length > 0) throw new End(usage.nodeStatus);
  if (process.geteuid?.() !== 0) throw new End("Need super user privileges: Operation not permitted\n", "stdout");
  const running = processes();
  if (!runs(["calico-felix"], running) && !runs(["calico-node", "-felix"], running)) throw new End("Calico process is not running.");
  out("Calico process is running.\n");
  const families = ([4, 6] as const).map((family) => ({ family, name: family === 4 ? "bird" : "bird6" }));
  if (!families.some(({ name }) => runs([name], running))) return out("\nThe BGP backend process (BIRD) is not running.\n\n");
  for (const { family, name } of families) {
    if (runs([name], running)) await showPeers(family);
    else out(`\nINFO: BIRDv${family} process: '${name}' is not running.\n`);
  }
  out("\n");
}

async function showPeers(family: 4 | 6): Promise<void> {
  out(`\nIPv${family} BGP status\n`);
  const peers = await peersOf(family);
  if (typeof peers === "string") return out(peers);
  out(peers.length === 0 ? `No IPv${family} peers found.\n` : peerTable(peers));
}
