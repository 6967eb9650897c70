import { type LabelIndex, labelIndex } from "../selector/label-index.js";
import { printSelector } from "../selector/print.js";
import type { Selector } from "../selector/selector.js";
import type { Entity } from "../verdict/entity.js";
import type { Rule } from "../verdict/rule.js";
import { add, addAll, type Bits, bitsOf, both, noBits, without } from "./bits.js";
import type { Trait } from "./kinds.js";
import type { Parties, Party } from "./parties.js";

/** Which parties satisfy what a rule asks of one end, in one of the snapshots. Null = none does. */
export interface Peers {
  everyone: Bits;
  family(of: 4 | 6): Bits;
  /** All but ports. */
  satisfying(entity: Entity): Bits | null;
  /** Endpoints' own parties that a policy selects. */
  selected(selector: Selector): number[];
  /** Parties by what their ports are called. */
  byPorts(): readonly { ports: Party["sides"][0]["ports"]; bits: Bits }[];
}

const demands = new WeakMap<Entity, string>();

/** What the rule asks of an end, in words that are the same for the same demands. */
export function demand(entity: Entity): string {
  const known = demands.get(entity);
  if (known !== undefined) return known;
  const text = demandText(entity);
  demands.set(entity, text);
  return text;
}

function demandText({ nets, notNets, selector, notSelector }: Entity): string {
  if (nets === null && notNets.length === 0 && selector === null && notSelector === null) return "";
  const texts = (all: Entity["notNets"] | null): string => all?.map(({ text }) => text).join() ?? "any";
  const print = (one: Selector | null): string => (one === null ? "" : printSelector(one));
  return `${texts(nets)}|${texts(notNets)}|${print(selector)}|${print(notSelector)}`;
}

export function peersOf({ all, traits }: Parties, side: 0 | 1): Peers {
  const size = all.length;
  const set = (member: (party: Party) => boolean): Bits =>
    bitsOf(
      size,
      all.flatMap((party) => (member(party) ? party.index : [])),
    );
  const everyone = set(() => true);
  const [four, six] = [set(({ family }) => family === 4), set(({ family }) => family === 6)];
  const { byNet, holders, owners } = registered({ all, traits }, side);
  const byLabels = labelIndex(traits);
  const cache = new Map<string, Bits | null>();
  const satisfying = (entity: Entity): Bits | null => {
    const key = demand(entity);
    const found = cache.has(key) ? (cache.get(key) ?? null) : satisfy(entity);
    cache.set(key, found);
    return found;
  };
  const holding = (selector: Selector): Bits => gathered(byLabels, selector, { of: holders, size });
  const satisfy = ({ nets, notNets, selector, notSelector }: Entity): Bits | null => {
    const within = (cidrs: Entity["notNets"]): Bits =>
      united(
        size,
        cidrs.flatMap(({ text }) => byNet.get(text) ?? []),
      );
    let found: Bits | null = everyone;
    // What is smaller comes first: where it lies in the other, it is the answer.
    if (nets !== null) found = both(within(nets), found);
    if (found && notNets.length > 0) {
      const families = united(
        size,
        [...new Set(notNets.map(({ family }) => family))].map((family) => (family === 4 ? four : six)),
      );
      const apart = without(families, within(notNets));
      found = apart && both(found, apart);
    }
    if (found && selector !== null) found = both(holding(selector), found);
    if (found && notSelector !== null) found = without(found, holding(notSelector));
    return found;
  };
  return {
    everyone,
    family: (of) => (of === 4 ? four : six),
    satisfying,
    selected: (selector) => byLabels.select(selector).flatMap(({ id }) => owners[id] ?? []),
    byPorts: () => groupedByPorts(all, side),
  };
}

/** Parties by the prefixes that they lie in, by the traits that have their addresses, and by those of their own endpoints. */
function registered({ all, traits }: Pick<Parties, "all" | "traits">, side: 0 | 1) {
  const size = all.length;
  const byNet = new Map<string, Bits>();
  const holders: number[][] = traits.map(() => []);
  const owners: number[][] = traits.map(() => []);
  for (const { index, nets, sides, leadsTo } of all) {
    for (const net of nets) {
      const bits = byNet.get(net) ?? noBits(size);
      byNet.set(net, bits);
      add(bits, index);
    }
    for (const { id } of sides[side].traits) holders[id]?.push(index);
    const { kind } = sides[side];
    if (kind !== null && leadsTo === null) owners[kind.trait.id]?.push(index);
  }
  return { byNet, holders, owners };
}

function groupedByPorts(all: readonly Party[], side: 0 | 1): { ports: Party["sides"][0]["ports"]; bits: Bits }[] {
  const found = new Map<string, { ports: Party["sides"][0]["ports"]; indexes: number[] }>();
  for (const { index, sides } of all) {
    const { ports } = sides[side];
    const key = JSON.stringify(ports);
    const same = found.get(key) ?? { ports, indexes: [] };
    found.set(key, same);
    same.indexes.push(index);
  }
  return [...found.values()].map(({ ports, indexes }) => ({ ports, bits: bitsOf(all.length, indexes) }));
}

/** What a rule sees of an IP version. */
export const versioned = (peers: Peers, { ipVersion }: Rule): Bits => (ipVersion === null ? peers.everyone : peers.family(ipVersion));

function gathered(index: LabelIndex<Trait>, selector: Selector, { of, size }: { of: readonly number[][]; size: number }): Bits {
  const bits = noBits(size);
  for (const { id } of index.select(selector)) for (const one of of[id] ?? []) add(bits, one);
  return bits;
}

function united(size: number, all: readonly Bits[]): Bits {
  const [only, ...more] = all;
  if (only !== undefined && more.length === 0) return only;
  const sum = noBits(size);
  for (const one of all) addAll(sum, one);
  return sum;
}
