import { type Host, nameOf } from "../cluster/inventory.js";
import type { Facts } from "./facts.js";
import { sessionsOf } from "./links.js";

/** Which far ends a host must have a session with, and where that is known from. */
export interface Expected {
  peers: string[];
  source: "config" | "majority" | "none";
}

/**
 * The map in the config, else the far ends that more than half of the hosts of the role have. A host whose second
 * session vanished from its bird.conf shows 1 of 1 up; only this tells that its redundancy is gone.
 */
export function expectations(facts: Facts): (host: Host) => Expected {
  const majorities = new Map<string, string[] | null>();
  return (host) => {
    if (host.peers.length > 0) return { peers: host.peers.map((peer) => nameOf(facts.hosts, peer)), source: "config" };
    const known = majorities.get(host.role);
    const usual = known === undefined ? majorityOf(facts, host.role) : known;
    majorities.set(host.role, usual);
    return usual === null ? { peers: [], source: "none" } : { peers: usual.filter((peer) => peer !== host.name), source: "majority" };
  };
}

/** Null when too few of the role were read to speak of a majority. */
function majorityOf(facts: Facts, role: Host["role"]): string[] | null {
  const alike = facts.hosts.filter((other) => other.role === role && facts.birds.get(other.name)?.ok);
  if (alike.length < 3) return null;
  const counts = new Map<string, number>();
  for (const other of alike) for (const peer of farEnds(facts, other)) counts.set(peer, (counts.get(peer) ?? 0) + 1);
  return [...counts].filter(([, n]) => n * 2 > alike.length).map(([peer]) => peer);
}

/** Names of the far ends of a host's sessions. */
export function farEnds(facts: Facts, host: Host): Set<string> {
  return new Set(sessionsOf(facts, host).flatMap((session) => (session.peer === null ? [] : [nameOf(facts.hosts, session.peer)])));
}
