import type { Standing } from "../command/desk.js";
import type { Invocation } from "../command/parse.js";
import { fail } from "../contract/failure.js";
import { nearest } from "../contract/nearest.js";
import { cut } from "../contract/plain.js";
import type { KnownCluster } from "./deps.js";

/**
 * Which clusters a line means: the only one there is; the named one; `all`; all for a command that runs everywhere and for a search by name;
 * else the channel's first.
 * Throws `not_found` with the nearest name. Whether each may be asked is for the access room to say.
 */
export function targetsOf(
  said: Pick<Invocation, "cluster" | "name" | "command" | "args">,
  configured: readonly string[],
  standing: Standing,
): string[] {
  const allowed = configured.filter((name) => standing.clusters.includes(name));
  if (said.cluster === "all") return [...configured];
  if (said.cluster !== null) return [known(said.cluster, configured, allowed)];
  if (configured.length === 1) return [...configured];
  if (asksAll(said) && allowed.length > 0) return [...configured];
  const first = standing.clusters.find((name) => configured.includes(name));
  if (first !== undefined) return [first];
  throw fail("usage", `\`${said.name}\` needs a cluster`, { hint: "add `--cluster NAME`; `clusters` lists them" });
}

/** Whether a line without a cluster is for all of them. */
function asksAll({ command, args }: Pick<Invocation, "command" | "args">): boolean {
  return command.on === "worker" && (command.everywhere === true || command.search?.names(args) === true);
}

type Sited = Pick<KnownCluster, "name" | "hosts">;

/**
 * The cluster whose host the line names, where no cluster is said; null = it names none, or asks them all anyway.
 * Throws `ambiguous` when several of those that may be asked here have such a host: the same name in two regions must ask.
 */
export function clusterOfHost(said: Invocation, clusters: readonly Sited[], standing: Standing): string | null {
  if (said.cluster !== null || said.command.on === "bot" || asksAll(said)) return said.cluster;
  const typed = new Set(said.words.map((word) => word.replace(/^[^=]*=/, "").toLowerCase()));
  const allowed = clusters.filter(({ name }) => standing.clusters.includes(name));
  const holders = allowed.filter(({ hosts }) => hosts.some(({ name, address }) => typed.has(name.toLowerCase()) || typed.has(address)));
  if (holders.length < 2) return holders[0]?.name ?? null;
  const names = holders.map(({ name }) => name);
  throw fail("ambiguous", `hosts of ${names.join(" and ")} have a name or address of \`${cut(said.line, 200)}\``, {
    hint: "choose one, or ask `--cluster all`",
    choices: [...names, "all"].map((name) => ({ label: name, line: `${said.line} --cluster ${name}` })),
  });
}

function known(name: string, configured: readonly string[], allowed: readonly string[]): string {
  const exact = configured.find((one) => one.toLowerCase() === name.toLowerCase());
  if (exact !== undefined) return exact;
  const near = nearest(name, allowed);
  throw fail("not_found", `there is no cluster \`${name.slice(0, 60)}\``, {
    hint: near === null ? `here: ${allowed.join(", ") || "none"}; or \`--cluster all\`` : `did you mean \`--cluster ${near}\`?`,
  });
}
