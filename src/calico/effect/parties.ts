import type { Cidr } from "../cidr.js";
import type { Endpoint } from "../verdict/endpoint.js";
import type { Owner } from "../verdict/match.js";
import type { Model } from "../verdict/model.js";
import type { NamedPort } from "../verdict/port.js";
import { type EndpointKind, type Sorter, sorterOf, type Trait } from "./kinds.js";
import type { Mentioned } from "./mentioned.js";
import { type Zone, type Zones, zonesOf } from "./zones.js";

/** Addresses that no rule can tell apart, and whose endpoints no policy can: what is so for one is so for all. */
export interface Party {
  index: number;
  family: 4 | 6;
  /** As the snapshot before the change has it, and the one after. */
  sides: readonly [Side, Side];
  /** Texts of all mentioned prefixes that they lie in. */
  nets: readonly string[];
  /** Addresses of endpoints; none for what is outside. */
  members: Member[];
  /** Stretches of addresses that are no member of another party, but for those of endpoints in them. */
  ranges: { first: bigint; last: bigint }[];
  /** Floating addresses are only gone to, and lead to addresses of this party. */
  leadsTo: number | null;
}

export interface Side {
  /** Whose address it is; null = nobody's. */
  kind: EndpointKind | null;
  /** Of everything that has the address. */
  traits: readonly Trait[];
  ports: readonly NamedPort[];
  /** Why it may be another's. */
  doubt: string | null;
}

export interface Member {
  endpoint: Endpoint;
  address: Cidr;
  /** Of a floating address: the one that it leads to. */
  internal: Cidr | null;
}

/** All of both snapshots, but for addresses that an endpoint has in one of them only. */
export interface Parties {
  all: readonly Party[];
  traits: readonly Trait[];
  /** Whether both snapshots have the same endpoints and network sets. */
  same: boolean;
  /** Single addresses of endpoints, floating ones too, by their texts. */
  points: ReadonlyMap<string, Cidr>;
  /** Endpoints that only one of them has. */
  vanished: readonly Endpoint[];
  appeared: readonly Endpoint[];
}

type Pair = readonly [Model, Model];

/** One prefix with everything that has it. */
interface Layer {
  cidr: Cidr;
  /** Whether a rule or a gateway tells it apart. */
  net: boolean;
  owners: [Owner[], Owner[]];
  endpoints: [Endpoint[], Endpoint[]];
}

/** Sorts every address of two snapshots. */
export function partiesOf(models: Pair, mentioned: Mentioned): Parties {
  return new Sorting(models, mentioned).sorted();
}

const isWhole = ({ family, bits }: Cidr): boolean => bits === (family === 4 ? 32 : 128);

class Sorting {
  readonly #models: Pair;
  readonly #same: boolean;
  readonly #sorter: Sorter;
  readonly #zones: Zones<Layer>;
  readonly #found = new Map<string, Party>();
  readonly #all: Party[] = [];
  readonly #hosts: readonly [Map<string, Endpoint[]>, Map<string, Endpoint[]>];
  readonly #points: Map<string, Cidr>;
  readonly #zoneKeys: string[];
  readonly #zoneSides = new Map<string, [Side, Side]>();

  constructor(models: Pair, mentioned: Mentioned) {
    const [before, after] = models;
    this.#models = models;
    this.#same = before.owners === after.owners && before.felix === after.felix;
    this.#sorter = sorterOf(mentioned);
    const layers = layersOf(models, mentioned, this.#same);
    this.#zones = zonesOf(layers);
    const numbers = new Map(layers.map((layer, i) => [layer, i]));
    this.#zoneKeys = this.#zones.all.map(({ family, layers: inside }) => `${family}:${inside.map((one) => numbers.get(one)).join()}`);
    const of = hostsOf(before);
    this.#hosts = [of, this.#same ? of : hostsOf(after)];
    this.#points = pointsOf(this.#same ? [before] : models);
  }

  sorted(): Parties {
    const [before, after] = this.#hosts;
    const byAddress = new Map<string, Party>();
    for (const [text, ends] of before) {
      const others = this.#same ? ends : after.get(text);
      if (others === undefined) continue;
      const party = this.#point(text, ends, others);
      if (party) byAddress.set(text, party);
    }
    this.#outside();
    this.#floating(byAddress);
    const [gone, come] = this.#same ? [[], []] : [only(this.#models[0], this.#models[1]), only(this.#models[1], this.#models[0])];
    return {
      all: this.#all,
      traits: this.#sorter.traits,
      same: this.#same,
      points: this.#points,
      vanished: gone,
      appeared: come,
    };
  }

  #point(text: string, ends: readonly Endpoint[], others: readonly Endpoint[]): Party | null {
    const [endpoint] = ends;
    const address = endpoint?.addresses.find((one) => one.text === text);
    if (endpoint === undefined || address === undefined) return null;
    const zone = this.#zones.find(address);
    const kinds = ends.map((one) => this.#sorter.kind(this.#models[0], one));
    const after = this.#same ? kinds : others.map((one) => this.#sorter.kind(this.#models[1], one));
    const key = `${this.#zoneKeys[zone]}|${ids(kinds)}|${this.#same ? "" : ids(after)}`;
    const party = this.#party(key, zone, () => [
      this.#side(0, { zone, kinds, ends }),
      ...(this.#same ? [] : [this.#side(1, { zone, kinds: after, ends: others })]),
    ]);
    party.members.push({ endpoint, address, internal: null });
    return party;
  }

  #party(key: string, zone: number, sides: () => Side[]): Party {
    const found = this.#found.get(key);
    if (found) return found;
    const { family, layers } = this.#zones.all[zone] as Zone<Layer>;
    const [before, after = before] = sides();
    const party: Party = {
      index: this.#all.length,
      family,
      sides: [before as Side, after as Side],
      nets: layers.flatMap(({ net, cidr }) => (net ? [cidr.text] : [])),
      members: [],
      ranges: [],
      leadsTo: null,
    };
    this.#found.set(key, party);
    this.#all.push(party);
    return party;
  }

  #side(side: 0 | 1, { zone, kinds, ends }: { zone: number; kinds: readonly EndpointKind[]; ends: readonly Endpoint[] }): Side {
    const around = this.#zoneSide(side, zone);
    const doubt = ends.length > 1 ? `${ends.length} endpoints have the same address, and one of them is judged` : null;
    return {
      kind: kinds[0] ?? around.kind,
      traits: [...new Set([...kinds.map(({ trait }) => trait), ...around.traits])],
      ports: [...kinds.flatMap(({ trait }) => trait.ports), ...around.ports],
      doubt: kinds.length > 0 ? doubt : around.doubt,
    };
  }

  /** What has the addresses of a zone: endpoints with a prefix, and network sets. */
  #zoneSide(side: 0 | 1, zone: number): Side {
    const key = this.#zoneKeys[zone] ?? "";
    const found = this.#zoneSides.get(key) ?? ([0, 1].map((of) => this.#around(of as 0 | 1, zone)) as [Side, Side]);
    this.#zoneSides.set(key, found);
    return found[side];
  }

  #around(side: 0 | 1, zone: number): Side {
    const { layers } = this.#zones.all[zone] as Zone<Layer>;
    const endpoints = layers.toReversed().flatMap((layer) => layer.endpoints[side]);
    const nearest = layers.findLast((layer) => layer.endpoints[side].length > 0)?.endpoints[side] ?? [];
    const traits = [...endpoints, ...layers.flatMap((layer) => layer.owners[side])].map((owner) => this.#sorter.trait(owner));
    return {
      kind: nearest[0] === undefined ? null : this.#sorter.kind(this.#models[side], nearest[0]),
      traits: [...new Set(traits)],
      ports: traits.flatMap(({ ports }) => ports),
      doubt: nearest.length > 1 ? `${nearest.length} endpoints have the same prefix, and one of them is judged` : null,
    };
  }

  /** What no endpoint has whole. */
  #outside(): void {
    const taken = new Map<number, number>();
    for (const address of this.#points.values()) {
      const zone = this.#zones.find(address);
      taken.set(zone, (taken.get(zone) ?? 0) + 1);
    }
    for (const [i, { first, last, layers }] of this.#zones.all.entries()) {
      const sides = [this.#zoneSide(0, i), this.#zoneSide(1, i)] as const;
      if ((sides[0].kind === null) !== (sides[1].kind === null)) continue;
      if (last - first + 1n <= BigInt(taken.get(i) ?? 0)) continue;
      const party = this.#party(`out ${this.#zoneKeys[i]}`, i, () => [...sides]);
      party.ranges.push({ first, last });
      const layer = layers.findLast((one) => one.endpoints[0].length > 0);
      const endpoint = layer?.endpoints[0][0];
      if (layer && endpoint && party.members.length === 0) party.members.push({ endpoint, address: layer.cidr, internal: null });
    }
  }

  #floating(byAddress: ReadonlyMap<string, Party>): void {
    const [before, after] = this.#models;
    for (const endpoint of before.endpoints)
      for (const { external, internal } of endpoint.floating) {
        const inside = byAddress.get(internal.text);
        if (inside === undefined || [before, after].some((model) => model.at.at(external).length > 0)) continue;
        const [there, more] = after.floatingAt.at(external);
        const others = before.floatingAt.at(external).length - 1;
        if (there?.of.endpoint.id !== endpoint.id || there.of.internal.text !== internal.text) continue;
        const zone = this.#zones.find(external);
        const several = others > 0 || more !== undefined ? "the floating address leads to several endpoints" : null;
        const doubt = several ?? inside.sides[0].doubt ?? inside.sides[1].doubt;
        const party = this.#party(`to ${inside.index} ${this.#zoneKeys[zone]} ${doubt}`, zone, () =>
          ([0, 1] as const).map((side) => ({ ...this.#zoneSide(side, zone), kind: inside.sides[side].kind, doubt })),
        );
        party.leadsTo = inside.index;
        party.members.push({ endpoint, address: external, internal });
      }
  }
}

const ids = (kinds: readonly EndpointKind[]): string => (kinds.length === 1 ? String(kinds[0]?.id) : kinds.map(({ id }) => id).join());

function hostsOf({ endpoints }: Model): Map<string, Endpoint[]> {
  const found = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints)
    for (const address of endpoint.addresses) {
      if (!isWhole(address)) continue;
      const there = found.get(address.text);
      if (there === undefined) found.set(address.text, [endpoint]);
      else if (!there.includes(endpoint)) there.push(endpoint);
    }
  return found;
}

function pointsOf(models: readonly Model[]): Map<string, Cidr> {
  const found = new Map<string, Cidr>();
  for (const { endpoints } of models)
    for (const { addresses, floating } of endpoints) {
      for (const address of addresses) if (isWhole(address)) found.set(address.text, address);
      for (const { external } of floating) found.set(external.text, external);
    }
  return found;
}

function layersOf([before, after]: Pair, { nets }: Mentioned, same: boolean): Layer[] {
  const found = new Map<string, Layer>();
  const at = (cidr: Cidr): Layer => {
    const layer = found.get(cidr.text) ?? { cidr, net: false, owners: [[], []], endpoints: [[], []] };
    found.set(cidr.text, layer);
    return layer;
  };
  for (const net of nets.values()) at(net).net = true;
  for (const [side, model] of [before, after].entries() as Iterable<[0 | 1, Model]>) {
    if (same && side === 1) break;
    for (const { owner, nets: prefixes } of model.sets) for (const cidr of prefixes) at(cidr).owners[side].push(owner);
    for (const endpoint of model.endpoints) {
      for (const cidr of endpoint.addresses) if (!isWhole(cidr)) at(cidr).endpoints[side].push(endpoint);
      for (const cidr of endpoint.gateways) at(cidr).net = true;
    }
  }
  if (same)
    for (const layer of found.values()) {
      layer.owners[1] = layer.owners[0];
      layer.endpoints[1] = layer.endpoints[0];
    }
  return [...found.values()];
}

/** Endpoints that the other snapshot does not have, or has with other addresses. */
function only(of: Model, other: Model): Endpoint[] {
  const there = new Set(other.endpoints.map(({ id, addresses }) => `${id} ${addresses.map(({ text }) => text).join()}`));
  return of.endpoints.filter(({ id, addresses }) => !there.has(`${id} ${addresses.map(({ text }) => text).join()}`));
}
