import type { BirdRoute } from "../../cluster/bird.js";
import { nameOf } from "../../cluster/inventory.js";
import { prefixOf } from "./destination.js";
import type { RouteFacts } from "./facts.js";

/** Somebody whose BIRD announces exactly this destination. */
export interface Announcer {
  /** Host name, or the address of a router that is not ours. */
  host: string;
  /** A path of it, as the first host that has it sees it. */
  path: BirdRoute;
  seenBy: string[];
}

/** Who announces it: hosts that have it on a device of their own, and what the paths of all others lead to. */
export function announcers({ lookups, hosts, destination }: Pick<RouteFacts, "lookups" | "hosts" | "destination">): Announcer[] {
  const found = new Map<string, Announcer>();
  for (const { host, bird } of lookups) {
    if (!bird.ok) continue;
    for (const path of bird.value.routes) {
      if (path.prefix !== prefixOf(destination) || path.kind !== "unicast") continue;
      const name = path.source === "bgp" ? originOf(path, hosts) : path.nextHop === null ? host.name : null;
      if (name === null) continue;
      const known = found.get(name) ?? { host: name, path, seenBy: [] };
      found.set(name, { ...known, seenBy: [...new Set([...known.seenBy, host.name])] });
    }
  }
  return [...found.values()];
}

/** The router that announced a path first; an originator is a router id, which need not be an address of a host. */
export function originOf({ originator, bgpNextHop, nextHop }: BirdRoute, hosts: RouteFacts["hosts"]): string | null {
  const first = originator === null ? null : nameOf(hosts, originator);
  if (first !== null && first !== originator) return first;
  const next = bgpNextHop ?? nextHop;
  return next === null ? null : nameOf(hosts, next);
}
