import type { BgpSession } from "../cluster/bird.js";
import { type Host, nameOf } from "../cluster/inventory.js";
import type { Facts } from "./facts.js";

/** A BGP session as both of its ends see it. */
export interface Link {
  /** The two ends by name, sorted; the far end of an unknown address is the address. */
  ends: [string, string];
  family: 4 | 6;
  /** What each readable end says; null = that end was not read or has no such protocol. */
  sessions: [BgpSession | null, BgpSession | null];
  /** Which ends could be read at all. */
  read: [boolean, boolean];
}

/** Joins the sessions that were read on all hosts into links. */
export function linksOf(facts: Facts): Link[] {
  const links = new Map<string, Link>();
  for (const host of facts.hosts) {
    for (const session of sessionsOf(facts, host)) {
      if (session.peer === null) continue;
      add(links, facts, { here: host.name, session });
    }
  }
  return [...links.values()];
}

/** Links by the name of each of their ends. */
export function byEnd(links: readonly Link[]): Map<string, Link[]> {
  const found = new Map<string, Link[]>();
  for (const link of links)
    for (const end of link.ends) {
      const known = found.get(end);
      if (known) known.push(link);
      else found.set(end, [link]);
    }
  return found;
}

/** A link of a host in maintenance: it is neither counted nor complained about. */
export function inMaintenance(facts: Facts, link: Link): boolean {
  return facts.hosts.some((host) => host.maintenance && link.ends.includes(host.name));
}

/** All BGP sessions of a host, over both address families. */
export function sessionsOf(facts: Facts, host: Host): BgpSession[] {
  const reading = facts.birds.get(host.name);
  return reading?.ok ? reading.value.daemons.flatMap((daemon) => daemon.sessions) : [];
}

function add(links: Map<string, Link>, facts: Facts, { here, session }: { here: string; session: BgpSession }): void {
  const far = nameOf(facts.hosts, session.peer ?? "");
  const first = here < far;
  const ends: [string, string] = first ? [here, far] : [far, here];
  const key = `${ends.join("~")} ${session.family}`;
  const link = links.get(key) ?? {
    ends,
    family: session.family,
    sessions: [null, null],
    read: [readable(facts, ends[0]), readable(facts, ends[1])],
  };
  link.sessions[first ? 0 : 1] = session;
  links.set(key, link);
}

/** Whether this end's BIRD for the family answered. */
function readable(facts: Facts, name: string): boolean {
  const reading = facts.birds.get(name);
  return reading?.ok === true && reading.value.daemons.length > 0;
}

/** Up = no readable end says otherwise, and at least one says Established. */
export function isUp(link: Link): boolean {
  const said = link.sessions.filter((session) => session !== null);
  const missing = link.sessions.some((session, i) => session === null && link.read[i]);
  return !missing && said.length > 0 && said.every((session) => session.established);
}

/** Why a link is down, in the order of what explains most. */
export function reasonOf(link: Link): string {
  return disabledReason(link) ?? wrongAs(link) ?? missingReason(link) ?? disagreement(link) ?? plainReason(link);
}

/** The same without the names of hosts, so that links may have it in common. */
export function shortReason(link: Link): string {
  if (disabledReason(link) !== null) return "disabled by hand";
  const said = link.sessions.find((session) => session !== null && !session.established);
  return said?.error ?? said?.lastError ?? said?.bgp ?? "no such session at one end";
}

/** Since when a link is down: the latest of what its ends say; null when neither tells. */
export function downSince(link: Link): number | null {
  const times = link.sessions.flatMap((session) => (session && !session.established && session.sinceAt !== null ? [session.sinceAt] : []));
  return times.length > 0 ? Math.max(...times) : null;
}

function disabledReason({ ends, sessions }: Link): string | null {
  const by = ends.filter((_, i) => sessions[i]?.disabled);
  return by.length > 0 ? `disabled on ${by.join(" and ")}` : null;
}

function wrongAs({ ends, sessions }: Link): string | null {
  const bad = sessions.some((s) => /bad peer AS/i.test(`${s?.error} ${s?.lastError}`) && !s?.established);
  if (!bad) return null;
  const told = sessions.map((s, i) => (s?.neighborAs ? `${ends[i]} expects AS ${s.neighborAs}` : null)).filter((text) => text !== null);
  return `wrong AS number${told.length > 0 ? `: ${told.join(", ")}` : ""}`;
}

function missingReason({ ends, sessions, read }: Link): string | null {
  const i = sessions.findIndex((session, at) => session === null && read[at]);
  return i < 0 ? null : `${ends[i]} has no session configured for ${ends[1 - i]}`;
}

function disagreement({ ends, sessions: [a, b] }: Link): string | null {
  if (!a || !b || a.established === b.established) return null;
  const [up, down, state] = a.established ? [ends[0], ends[1], b.bgp] : [ends[1], ends[0], a.bgp];
  return `${up} still says Established, ${down} says ${state ?? "down"}: the path died, the hold timer runs`;
}

function plainReason({ ends, sessions }: Link): string {
  const told = sessions.map((s, i) => (s && !s.established ? `${ends[i]}: ${sayState(s)}` : null)).filter((text) => text !== null);
  return told.join("; ") || "down";
}

function sayState(session: BgpSession): string {
  if (session.error !== null) return `${session.bgp ?? session.state}, ${session.error}`;
  if (session.bgp === "Connect") return "Connect, no answer to its SYN (tcp/179 dropped, or the MD5 password differs)";
  return session.bgp ?? session.state;
}
