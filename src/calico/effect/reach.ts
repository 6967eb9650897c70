import { addAll, type Bits, both, without } from "./bits.js";
import type { Clause } from "./clauses.js";
import type { Row, Ruleset } from "./rows.js";
import type { ServiceSets, Services } from "./services.js";

/** What an endpoint lets through, for some of the parties at the other end. */
export interface Reach {
  peers: Bits;
  outcome: Outcome;
}

/** The same object for the same outcome. */
export interface Outcome {
  allowed: Services;
  doubts: readonly Doubt[];
  /** Where one of the doubts may change the verdict. */
  open: Services;
}

interface Doubt {
  why: string;
  /** What would be done if it held; null = anything. */
  action: Clause["action"] | null;
  on: Services;
}

/** Where traffic of some parties has got to. */
export interface Part {
  peers: Bits;
  left: Services;
  passed: Services;
  allowed: Services;
  doubts: readonly Doubt[];
}

/** Outcomes that occur, each once. */
export interface Outcomes {
  sets: ServiceSets;
  everything: Outcome;
  /** The same object for the same outcome. */
  once(outcome: Outcome): Outcome;
  /** As much of it as is about these services. */
  of(outcome: Outcome, services: Services): Outcome;
}

export function outcomesOf(sets: ServiceSets): Outcomes {
  const everything: Outcome = { allowed: sets.all, doubts: [], open: sets.none };
  const known = new Map([[keyOf(everything), everything]]);
  const once = (outcome: Outcome): Outcome => {
    const key = keyOf(outcome);
    const found = known.get(key) ?? outcome;
    known.set(key, found);
    return found;
  };
  const of = ({ allowed, doubts, open }: Outcome, services: Services): Outcome => {
    const left = doubts.map((doubt) => ({ ...doubt, on: sets.and(doubt.on, services) })).filter(({ on }) => on !== sets.none);
    return once({ allowed: sets.and(allowed, services), doubts: left, open: sets.and(open, services) });
  };
  return { sets, everything, once, of };
}

/** How far traffic has got after the first steps of rows: rows that begin alike are evaluated together. */
export interface Stages {
  get(key: string): readonly Part[] | undefined;
  set(key: string, parts: readonly Part[]): void;
}

interface Evaluating {
  outcomes: Outcomes;
  stages: Stages;
  everyone: Bits;
  /** Only these are looked at; the rest is as if dropped. */
  services: Services;
}

/** Evaluates a row for all parties at once, which fall apart only where a rule tells them apart. */
export function reachOf(row: Row, { outcomes, stages, everyone, services }: Evaluating): Reach[] {
  const { sets } = outcomes;
  const { none } = sets;
  let key = `${services.id}`;
  let parts: readonly Part[] = [{ peers: everyone, left: services, passed: none, allowed: none, doubts: [] }];
  const step = (name: string | number, make: () => readonly Part[]): void => {
    key += `/${name}`;
    parts = stages.get(key) ?? make();
    stages.set(key, parts);
  };
  step(row.start, () => doubted(through(parts, row.opened, sets), row.doubts, sets));
  for (const { end, steps } of row.tiers) {
    for (const one of steps) if (parts.some(({ left }) => left !== none)) step(one.id, () => after(parts, one, sets));
    if (steps.every(({ missing }) => missing)) continue;
    step(end, () => parts.map((part) => ({ ...part, left: end === "Pass" ? sets.or(part.left, part.passed) : part.passed, passed: none })));
  }
  for (const profile of row.profiles) step(profile.id, () => after(parts, profile, sets));
  return merged(
    parts.map(({ peers, allowed, doubts }) => ({ peers, outcome: concluded(allowed, doubts, outcomes) })),
    ({ outcome }) => outcome,
  );
}

/** Every doubt as far as it would change something. */
function concluded(allowed: Services, doubts: readonly Doubt[], { sets, once }: Outcomes): Outcome {
  const settled = (action: Doubt["action"]): Services =>
    action === "Allow" ? allowed : action === "Deny" ? sets.minus(sets.all, allowed) : sets.none;
  const left = doubts.map((doubt) => ({ ...doubt, on: sets.minus(doubt.on, settled(doubt.action)) })).filter(({ on }) => on !== sets.none);
  return once({ allowed, doubts: left, open: left.reduce((sum, { on }) => sets.or(sum, on), sets.none) });
}

const doubtsKey = (doubts: readonly Doubt[]): string => doubts.map(({ why, action, on }) => `${why} ${action} ${on.id}`).join(";");
const keyOf = ({ allowed, doubts }: Outcome): string => `${allowed.id}/${doubtsKey(doubts)}`;

function after(parts: readonly Part[], { clauses, doubts, missing }: Ruleset, sets: ServiceSets): readonly Part[] {
  const questioned = doubted(parts, doubts, sets);
  return missing ? questioned : through(questioned, clauses, sets);
}

function doubted(parts: readonly Part[], doubts: readonly string[], { none }: ServiceSets): readonly Part[] {
  if (doubts.length === 0) return parts;
  return parts.map((part) =>
    part.left === none ? part : { ...part, doubts: [...part.doubts, ...doubts.map((why) => ({ why, action: null, on: part.left }))] },
  );
}

function through(from: readonly Part[], clauses: readonly Clause[], sets: ServiceSets): readonly Part[] {
  let parts = from;
  for (const clause of clauses) {
    const next: Part[] = [];
    let split = false;
    for (const part of parts) {
      const on = sets.and(part.left, clause.services);
      const inside = on === sets.none ? null : both(part.peers, clause.peers);
      if (inside === null) {
        next.push(part);
        continue;
      }
      const outside = without(part.peers, clause.peers);
      if (outside) next.push({ ...part, peers: outside });
      next.push(hit({ ...part, peers: inside }, { clause, on }, sets));
      split = true;
    }
    parts = split && next.length > 1 ? mergedParts(next) : next;
  }
  return parts;
}

function hit(part: Part, { clause: { action, doubt, key }, on }: { clause: Clause; on: Services }, sets: ServiceSets): Part {
  if (doubt !== null) return { ...part, doubts: [...part.doubts, { why: `${doubt}\n${key}`, action, on }] };
  const left = sets.minus(part.left, on);
  if (action === "Allow") return { ...part, left, allowed: sets.or(part.allowed, on) };
  return action === "Pass" ? { ...part, left, passed: sets.or(part.passed, on) } : { ...part, left };
}

const mergedParts = (parts: Part[]): Part[] =>
  merged(parts, ({ left, passed, allowed, doubts }) => {
    const places = `${left.id} ${passed.id} ${allowed.id}`;
    return doubts.length === 0 ? places : `${places} ${doubtsKey(doubts)}`;
  });

/** Joins the parties of those that are in the same state. */
export function merged<T extends { peers: Bits }>(parts: readonly T[], state: (part: T) => unknown): T[] {
  const found = new Map<unknown, { part: T; own: boolean }>();
  for (const part of parts) {
    const key = state(part);
    const same = found.get(key);
    if (same === undefined) found.set(key, { part, own: false });
    else {
      if (!same.own) same.part = { ...same.part, peers: same.part.peers.slice() };
      same.own = true;
      addAll(same.part.peers, part.peers);
    }
  }
  return [...found.values()].map(({ part }) => part);
}
