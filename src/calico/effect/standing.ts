import { type Direction, governs } from "../policy/policy.js";
import type { CompiledPolicy } from "../verdict/compiled.js";
import type { Model } from "../verdict/model.js";
import type { Parties } from "./parties.js";
import type { Peers } from "./peers.js";
import { type Outcomes, type Part, type Reach, reachOf, type Stages } from "./reach.js";
import { type KeptRules, type Row, RowMaker, type Ruleset } from "./rows.js";
import type { Services } from "./services.js";

/** What one snapshot makes of every party: the policies that govern it, in turn, and what they let through. */
export interface Standing {
  model: Model;
  /** All policies in the order of evaluation. */
  sequence: readonly CompiledPolicy[];
  /** By the number of the party. */
  policies: readonly (readonly CompiledPolicy[])[];
  row(direction: Direction, party: number): Row | null;
  /** What a row lets through, of some services only where these are given. */
  reach(row: Row, services?: Services): Reach[];
  selected(policy: CompiledPolicy): readonly number[];
  /** Parties whose rows may be others than in the standing that this one was made from; null = it was made from none. */
  touched: Record<Direction, ReadonlySet<number>> | null;
}

export interface Basis {
  side: 0 | 1;
  parties: Parties;
  peers: Peers;
  outcomes: Outcomes;
  rulesets: Map<string, Ruleset>;
  kept: KeptRules;
  /** Kept for as long as the parties are. */
  stages: Stages;
}

/** Policies of a snapshot in the order of evaluation; those of an earlier one stand in for the same ones. */
export function sequenceOf({ set, compiled }: Model, earlier: readonly CompiledPolicy[] = []): CompiledPolicy[] {
  const here = set.tiers.flatMap(({ policies }) => policies.flatMap(({ policy }) => compiled.get(policy) ?? []));
  const same = new Set(earlier);
  if (same.size === 0 || here.every((one) => same.has(one))) return here;
  const now = new Set(here);
  const gone = new Map(earlier.flatMap((one) => (now.has(one) ? [] : [[contentOf(one), one]])));
  return here.map((one) => (same.has(one) ? one : (gone.get(contentOf(one)) ?? one)));
}

const contents = new WeakMap<CompiledPolicy, string>();

/** Everything by which a policy decides, as a text. */
export function contentOf(one: CompiledPolicy): string {
  const { policy, missing, doubt } = one;
  const { kind, namespace, name, tier, order, spec } = policy;
  const text = contents.get(one) ?? JSON.stringify([kind, namespace, name, tier, order, missing, doubt, spec]);
  contents.set(one, text);
  return text;
}

/** What a snapshot makes of its parties. */
export function standingOf(model: Model, basis: Basis): Standing {
  const sequence = sequenceOf(model);
  const selected = selecting(basis);
  const policies = listed(sequence, selected, basis.parties.all.length);
  return standing(model, { sequence, policies, selected, basis, maker: makerOf(model, basis), reaches: new Map() });
}

/** The same parties under other policies: only what these touch is made anew. */
export function changed(before: Standing, { model, sequence }: Pick<Standing, "model" | "sequence">, basis: Basis): Standing {
  const touched = touchedBy(before, { sequence, model }, basis);
  const place = new Map(sequence.map((one, i) => [one, i]));
  const policies = before.policies.slice();
  const old = new Set(before.sequence);
  const added = new Map<number, CompiledPolicy[]>();
  for (const one of sequence)
    if (!old.has(one)) for (const party of before.selected(one)) added.set(party, [...(added.get(party) ?? []), one]);
  for (const party of touched.either)
    policies[party] = [...(before.policies[party] ?? []).filter((one) => place.has(one)), ...(added.get(party) ?? [])].toSorted(
      (a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0),
    );
  const { selected } = before;
  // What only this change needs is not kept with the parties.
  const stages = new Map<string, readonly Part[]>();
  const over: Stages = { get: (key) => stages.get(key) ?? basis.stages.get(key), set: (key, parts) => void stages.set(key, parts) };
  const mine = { ...basis, stages: over };
  const own = standing(model, { sequence, policies, selected, basis: mine, maker: makerOf(model, basis), reaches: new Map() });
  const row = (direction: Direction, party: number): Row | null =>
    touched[direction].has(party) ? own.row(direction, party) : before.row(direction, party);
  return { ...own, row, touched };
}

/** Parties that a policy selects which is not in both, or all of them when the order of the others is another. */
function touchedBy(
  before: Standing,
  { sequence, model }: { sequence: readonly CompiledPolicy[]; model: Model },
  { parties }: Basis,
): Record<Direction | "either", ReadonlySet<number>> {
  const [old, now] = [new Set(before.sequence), new Set(sequence)];
  const kept = (all: readonly CompiledPolicy[], other: ReadonlySet<CompiledPolicy>) => all.filter((one) => other.has(one));
  const [was, is] = [kept(before.sequence, now), kept(sequence, old)];
  const same = before.model.profiles === model.profiles && was.every((one, i) => is[i] === one) && sameTiers(was, before.model, model);
  if (!same) {
    const all = new Set(parties.all.flatMap(({ index, sides, leadsTo }) => (sides[0].kind !== null && leadsTo === null ? index : [])));
    return { ingress: all, egress: all, either: all };
  }
  const other = [...before.sequence.filter((one) => !now.has(one)), ...sequence.filter((one) => !old.has(one))];
  const of = (policies: readonly CompiledPolicy[]) => new Set(policies.flatMap((one) => [...before.selected(one)]));
  const governing = (direction: Direction) => of(other.filter(({ policy }) => governs(policy, direction)));
  return { ingress: governing("ingress"), egress: governing("egress"), either: of(other) };
}

/** Whether the tiers of these policies end in the same way. */
function sameTiers(policies: readonly CompiledPolicy[], before: Model, after: Model): boolean {
  const ends = ({ set }: Model) => new Map(set.tiers.map(({ tier: { name, end, exists } }) => [name, `${end} ${exists}`]));
  const [was, is] = [ends(before), ends(after)];
  return [...new Set(policies.map(({ policy }) => policy.tier))].every((tier) => was.get(tier) === is.get(tier));
}

function selecting({ parties, peers }: Basis): (policy: CompiledPolicy) => readonly number[] {
  const cache = new Map<CompiledPolicy, readonly number[]>();
  const governed = parties.all.flatMap(({ index, sides, leadsTo }) => (sides[0].kind !== null && leadsTo === null ? index : []));
  return (policy) => {
    // A selector that cannot be read may select anything.
    const found = cache.get(policy) ?? (policy.choice.ok ? peers.selected(policy.choice.whole) : governed);
    cache.set(policy, found);
    return found;
  };
}

function listed(sequence: readonly CompiledPolicy[], selected: Standing["selected"], size: number): CompiledPolicy[][] {
  const lists = Array.from({ length: size }, (): CompiledPolicy[] => []);
  for (const one of sequence) for (const party of selected(one)) lists[party]?.push(one);
  return lists;
}

const makerOf = (model: Model, { side, parties, peers, outcomes, rulesets, kept }: Basis): RowMaker =>
  new RowMaker({ model, side, parties, peers, rulesets, kept, sets: outcomes.sets });

interface Made {
  sequence: readonly CompiledPolicy[];
  policies: readonly (readonly CompiledPolicy[])[];
  selected: Standing["selected"];
  basis: Basis;
  maker: RowMaker;
  reaches: Map<string, Reach[]>;
}

function standing(model: Model, { sequence, policies, selected, basis, maker, reaches }: Made): Standing {
  const { parties, peers, outcomes, side, stages } = basis;
  const rows = { ingress: [] as (Row | null)[], egress: [] as (Row | null)[] };
  const row = (direction: Direction, index: number): Row | null => {
    const known = rows[direction][index];
    if (known !== undefined) return known;
    const party = parties.all[index];
    const made = party === undefined || party.sides[side].kind === null ? null : maker.of(party, policies[index] ?? [], direction);
    rows[direction][index] = made;
    return made;
  };
  return {
    model,
    sequence,
    policies,
    selected,
    row,
    touched: null,
    reach: (of, services = outcomes.sets.all) => {
      const key = `${services.id} ${of.key}`;
      const found = reaches.get(key) ?? reachOf(of, { outcomes, stages, everyone: peers.everyone, services });
      reaches.set(key, found);
      return found;
    },
  };
}
