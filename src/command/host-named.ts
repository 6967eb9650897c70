import type { Cluster } from "../cluster/cluster.js";
import type { Host } from "../cluster/inventory.js";
import { fail } from "../contract/failure.js";
import { nearest } from "../contract/nearest.js";

/** The host that somebody means by name or address; `line` makes the command for a suggestion. Throws `not_found` with the nearest name. */
export function hostNamed({ name, hosts }: Pick<Cluster, "name" | "hosts">, typed: string, line: (name: string) => string): Host {
  const found = hosts.find((host) => host.name === typed) ?? hosts.find((host) => host.address === typed || host.bgp.includes(typed));
  if (found) return found;
  const near = nearest(
    typed,
    hosts.map((host) => host.name),
  );
  throw fail("not_found", `${name} has no host \`${typed.slice(0, 80)}\``, {
    hint: near ? `did you mean \`${line(near)}\`?` : "hosts come from the config",
  });
}
