import { announcers } from "./announcers.js";
import { isSingle } from "./destination.js";
import type { RouteFacts } from "./facts.js";
import type { Reach } from "./reach.js";

/**
 * Whether the cluster has the destination: a port that has it, a host of its own, somebody who announces exactly it, or routes inside it.
 * What only a larger network covers (a pool, the default route) is not there. Null = who could not be asked has not said no.
 */
export function isFound(facts: RouteFacts, reaches: readonly Reach[]): boolean | null {
  const { holders, destination, hosts } = facts;
  const itself = isSingle(destination) && hosts.some(({ address, bgp }) => [address, ...bgp].includes(destination.address));
  const held = holders.ok && holders.value.holders.length > 0;
  if (held || itself || announcers(facts).length > 0 || reaches.some(({ inside }) => (inside ?? 0) > 0)) return true;
  const told = holders.ok && holders.value.unreadable.length === 0 && reaches.some(({ how }) => how !== "silent" && how !== "unread");
  return told ? false : null;
}
