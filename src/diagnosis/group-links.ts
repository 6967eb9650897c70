import { type Cause, heaviest, hostsAndVms, many, sinceOf } from "./cause.js";
import type { Facts } from "./facts.js";
import { type Draft, finding } from "./finding.js";
import { byEnd, inMaintenance, isUp, type Link, linksOf } from "./links.js";
import { count, list } from "./say.js";

/** Sessions that are down and have their far ends in common: one far end, or several with the very same hosts behind them. */
interface Bundle {
  fars: string[];
  nears: string[];
  causes: Cause[];
}

/** Folds sessions that are down by what most of them end on: a ToR, a reflector, a host that lost them all. */
export function groupLinks(causes: readonly Cause[], facts: Facts): Cause[] {
  const bundles = joined(bundlesOf(causes, facts));
  if (bundles.length === 0) return [...causes];
  const taken = new Set(bundles.flatMap((bundle) => bundle.causes));
  const links = linksOf(facts).filter((link) => !inMaintenance(facts, link));
  const seen: Seen = { facts, all: byEnd(links), up: byEnd(links.filter(isUp)) };
  return [...causes.filter((cause) => !taken.has(cause)), ...bundles.map((bundle) => causeOf(bundle, seen))];
}

/** Takes the end with the most sessions down, then the next, until no end has many. */
function bundlesOf(causes: readonly Cause[], facts: Facts): Bundle[] {
  const bundles: Bundle[] = [];
  let open = causes.filter(({ root }) => root.link !== undefined);
  for (;;) {
    const ends = new Map<string, Cause[]>();
    for (const cause of open) for (const end of endsOf(cause)) ends.set(end, [...(ends.get(end) ?? []), cause]);
    const foreign = (end: string): number => (facts.birds.has(end) ? 0 : 1);
    const [best] = [...ends].toSorted(([a, of], [b, others]) => others.length - of.length || foreign(b) - foreign(a) || a.localeCompare(b));
    if (!best || best[1].length < many) return bundles;
    const [far, own] = best;
    bundles.push({ fars: [far], nears: own.flatMap((cause) => endsOf(cause).filter((end) => end !== far)).toSorted(), causes: own });
    open = open.filter((cause) => !own.includes(cause));
  }
}

const endsOf = ({ root }: Cause): readonly string[] => root.link?.ends ?? [];

/** Both ToRs of a rack are one story. */
function joined(bundles: readonly Bundle[]): Bundle[] {
  const stories = new Map<string, Bundle>();
  for (const { fars, nears, causes } of bundles) {
    const key = nears.join("~");
    const known = stories.get(key);
    stories.set(key, known ? { fars: [...known.fars, ...fars], nears, causes: [...known.causes, ...causes] } : { fars, nears, causes });
  }
  return [...stories.values()];
}

interface Seen {
  facts: Facts;
  /** Links by end: those that count, and those of them that are up. */
  all: ReadonlyMap<string, readonly Link[]>;
  up: ReadonlyMap<string, readonly Link[]>;
}

function causeOf(bundle: Bundle, seen: Seen): Cause {
  const { facts, up } = seen;
  const { fars, nears, causes } = bundle;
  const roots = causes.map(({ root }) => root);
  const ours = [...new Set(nears)].filter((near) => facts.hosts.some((host) => host.name === near));
  const alone = ours.filter((near) => !up.has(near));
  const root = finding({
    id: `links:${fars.join("~")}`,
    light: roots.some(({ light }) => light === "bad") ? "bad" : "warn",
    text: `${wording(bundle, seen, alone)}${sinceOf(roots, facts.at)}`,
    detail: [`why: ${reasons(roots)}`, `hosts: ${list([...new Set(nears)], 8)}`],
    hosts: [...ours, ...fars.filter((far) => facts.birds.has(far))],
    weight: Math.min(heaviest, 50 + roots.reduce((sum, { weight }) => sum + weight, 0)),
  });
  return { root, effects: causes.flatMap(({ effects }) => effects) };
}

function wording({ fars, causes }: Bundle, { facts, all }: Seen, alone: readonly string[]): string {
  const of = fars.reduce((sum, far) => sum + (all.get(far)?.length ?? 0), 0);
  const down = `${causes.length} of ${count(of, "session")} to ${list(fars, 4)} down`;
  if (alone.length === 0) return `${down}; every host has another`;
  const rack = rackOf(alone, facts);
  return `${rack === null ? "" : `rack ${rack} isolated: `}${down}, ${hostsAndVms(alone, facts)} without another`;
}

/** The rack whose hosts these are, all of them; else null. */
function rackOf(names: readonly string[], facts: Facts): string | null {
  const rack = facts.hosts.find((host) => host.name === names[0])?.rack;
  if (rack === undefined) return null;
  const mates = facts.hosts.filter((host) => host.rack === rack && host.ssh && !host.maintenance).map((host) => host.name);
  return mates.length === names.length && mates.every((mate) => names.includes(mate)) ? rack : null;
}

/** The two most frequent ones with how often. */
function reasons(roots: readonly Draft[]): string {
  const counts = new Map<string, number>();
  for (const { link } of roots) if (link) counts.set(link.why, (counts.get(link.why) ?? 0) + 1);
  const sorted = [...counts].toSorted((a, b) => b[1] - a[1]).map(([why, n]) => `${why} (${n})`);
  return list(sorted, 2);
}
