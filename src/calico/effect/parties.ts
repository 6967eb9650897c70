import type { Cidr } from "../cidr.js";
import type { Endpoint } from "../verdict/endpoint.js";
import type { Model } from "../verdict/model.js";
import type { NamedPort } from "../verdict/port.js";
import { forwardsAlike } from "./forwards-alike.js";
import { type EndpointKind, type Sorter, sorterOf, type Trait } from "./kinds.js";
import { isWhole, type Layer, layersOf } from "./layers.js";
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
  points: { has(text: string): boolean };
  /** Endpoints that only one of them has. */
  vanished: readonly Endpoint[];
  appeared: readonly Endpoint[];
}

type Pair = readonly [Model, Model];

/** Sorts every address of two snapshots. */
export function partiesOf(models: Pair, mentioned: Mentioned): Parties {
  return new Sorting(models, mentioned).sorted();
}

class Sorting {
  readonly #models: Pair;
  readonly #same: boolean;
  readonly #sorter: Sorter;
  readonly #kinds: readonly [ReadonlyMap<Endpoint, EndpointKind>, ReadonlyMap<Endpoint, EndpointKind>];
  readonly #zones: Zones<Layer>;
  readonly #found = new Map<string | number, Party>();
  readonly #all: Party[] = [];
  readonly #hosts: readonly [Map<string, Host>, Map<string, Host>];
  readonly #floats: ReadonlyMap<string, Cidr>;
  /** Equal for zones in the same prefixes. */
  readonly #zoneKeys: readonly number[];
  readonly #zoneSides = new Map<number, [Side, Side]>();
  /** By zone, how many addresses are endpoints' own. */
  readonly #taken: Uint32Array;

  constructor(models: Pair, mentioned: Mentioned) {
    const [before, after] = models;
    this.#models = models;
    this.#same = before.owners === after.owners && before.felix === after.felix && forwardsAlike(before, after);
    this.#sorter = sorterOf(mentioned);
    const kinds = this.#sorter.kinds(before);
    this.#kinds = [kinds, this.#same ? kinds : this.#sorter.kinds(after)];
    const layers = layersOf(models, mentioned, this.#same);
    this.#zones = zonesOf(layers);
    this.#zoneKeys = keysOf(this.#zones, layers);
    const hosts = hostsOf(before);
    this.#hosts = [hosts, this.#same ? hosts : hostsOf(after)];
    this.#floats = floatsOf(this.#same ? [before] : models);
    this.#taken = new Uint32Array(this.#zones.all.length);
  }

  sorted(): Parties {
    const [before, after] = this.#hosts;
    for (const host of before.values()) {
      const zone = this.#zones.find(host.address);
      const other = this.#same ? host : after.get(host.address.text);
      this.#take(zone);
      if (other !== undefined) host.party = this.#point(zone, host, other);
    }
    for (const { address } of this.#same ? [] : after.values()) if (!before.has(address.text)) this.#take(this.#zones.find(address));
    for (const [text, address] of this.#floats) if (!before.has(text) && !after.has(text)) this.#take(this.#zones.find(address));
    this.#outside();
    this.#floating();
    const [gone, come] = this.#same ? [[], []] : [only(this.#models[0], this.#models[1]), only(this.#models[1], this.#models[0])];
    return {
      all: this.#all,
      traits: this.#sorter.traits,
      same: this.#same,
      points: { has: (text) => before.has(text) || after.has(text) || this.#floats.has(text) },
      vanished: gone,
      appeared: come,
    };
  }

  #take(zone: number): void {
    this.#taken[zone] = (this.#taken[zone] ?? 0) + 1;
  }

  #point(zone: number, host: Host, other: Host): Party {
    const [was, is] = [this.#kindsOf(0, host), this.#same ? null : this.#kindsOf(1, other)];
    const zoneKey = this.#zoneKeys[zone] ?? 0;
    const key = is === null && was.length === 1 ? zoneKey * 0x4000000 + (was[0]?.id ?? 0) : `${zoneKey}|${ids(was)}|${ids(is ?? was)}`;
    const party = this.#found.get(key) ?? this.#party(key, zone, [this.#side(0, zone, was), is === null ? null : this.#side(1, zone, is)]);
    party.members.push({ endpoint: host.endpoint, address: host.address, internal: null });
    return party;
  }

  #kindsOf(side: 0 | 1, { endpoint, more }: Host): EndpointKind[] {
    const kinds = this.#kinds[side];
    return [endpoint, ...(more ?? [])].flatMap((one) => kinds.get(one) ?? []);
  }

  #party(key: string | number, zone: number, [before, after]: readonly [Side, Side | null]): Party {
    const { family, layers } = this.#zones.all[zone] as Zone<Layer>;
    const party: Party = {
      index: this.#all.length,
      family,
      sides: [before, after ?? before],
      nets: layers.flatMap(({ net, cidr }) => (net ? [cidr.text] : [])),
      members: [],
      ranges: [],
      leadsTo: null,
    };
    this.#found.set(key, party);
    this.#all.push(party);
    return party;
  }

  #side(side: 0 | 1, zone: number, kinds: readonly EndpointKind[]): Side {
    const around = this.#zoneSide(side, zone);
    const doubt = kinds.length > 1 ? `${kinds.length} endpoints have the same address, and one of them is judged` : null;
    return {
      kind: kinds[0] ?? around.kind,
      traits: [...new Set([...kinds.map(({ trait }) => trait), ...around.traits])],
      ports: [...kinds.flatMap(({ trait }) => trait.ports), ...around.ports],
      doubt,
    };
  }

  /** What has the addresses of a zone: endpoints with a prefix, and network sets. */
  #zoneSide(side: 0 | 1, zone: number): Side {
    const key = this.#zoneKeys[zone] ?? 0;
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
      kind: (nearest[0] && this.#kinds[side].get(nearest[0])) ?? null,
      traits: [...new Set(traits)],
      ports: traits.flatMap(({ ports }) => ports),
      doubt: nearest.length > 1 ? `${nearest.length} endpoints have the same prefix, and one of them is judged` : null,
    };
  }

  /** What no endpoint has whole. */
  #outside(): void {
    for (const [i, { first, last, layers }] of this.#zones.all.entries()) {
      const sides = [this.#zoneSide(0, i), this.#zoneSide(1, i)] as const;
      if ((sides[0].kind === null) !== (sides[1].kind === null)) continue;
      if (last - first + 1n <= BigInt(this.#taken[i] ?? 0)) continue;
      const key = `out ${this.#zoneKeys[i]}`;
      const party = this.#found.get(key) ?? this.#party(key, i, sides);
      party.ranges.push({ first, last });
      const layer = layers.findLast((one) => one.endpoints[0].length > 0);
      const endpoint = layer?.endpoints[0][0];
      if (layer && endpoint && party.members.length === 0) party.members.push({ endpoint, address: layer.cidr, internal: null });
    }
  }

  #floating(): void {
    const [before, after] = this.#models;
    for (const endpoint of before.endpoints)
      for (const { external, internal } of endpoint.floating) {
        const inside = this.#hosts[0].get(internal.text)?.party ?? undefined;
        if (inside === undefined || [before, after].some((model) => model.at.at(external).length > 0)) continue;
        const [there, more] = after.floatingAt.at(external);
        const others = before.floatingAt.at(external).length - 1;
        if (there?.of.endpoint.id !== endpoint.id || there.of.internal.text !== internal.text) continue;
        const zone = this.#zones.find(external);
        const several = others > 0 || more !== undefined ? "the floating address leads to several endpoints" : null;
        const doubt = several ?? inside.sides[0].doubt ?? inside.sides[1].doubt;
        const key = `to ${inside.index} ${this.#zoneKeys[zone]} ${doubt}`;
        const of = (side: 0 | 1): Side => ({ ...this.#zoneSide(side, zone), kind: inside.sides[side].kind, doubt });
        const party = this.#found.get(key) ?? this.#party(key, zone, [of(0), of(1)]);
        party.leadsTo = inside.index;
        party.members.push({ endpoint, address: external, internal });
      }
  }
}

const ids = (kinds: readonly EndpointKind[]): string => kinds.map(({ id }) => id).join();

/** A single address with the endpoint that has it, and others that have it too. */
interface Host {
  address: Cidr;
  endpoint: Endpoint;
  more: Endpoint[] | null;
  party: Party | null;
}

function hostsOf({ endpoints }: Model): Map<string, Host> {
  const found = new Map<string, Host>();
  for (const endpoint of endpoints)
    for (const address of endpoint.addresses) {
      if (!isWhole(address)) continue;
      const there = found.get(address.text);
      if (there === undefined) found.set(address.text, { address, endpoint, more: null, party: null });
      else if (there.endpoint !== endpoint && !there.more?.includes(endpoint)) there.more = [...(there.more ?? []), endpoint];
    }
  return found;
}

function floatsOf(models: readonly Model[]): Map<string, Cidr> {
  const found = new Map<string, Cidr>();
  for (const { endpoints } of models)
    for (const { floating } of endpoints) for (const { external } of floating) found.set(external.text, external);
  return found;
}

function keysOf({ all }: Zones<Layer>, layers: readonly Layer[]): number[] {
  const numbers = new Map(layers.map((layer, i) => [layer, i]));
  const known = new Map<string, number>();
  return all.map(({ family, layers: inside }) => {
    const text = `${family}:${inside.map((one) => numbers.get(one)).join()}`;
    const key = known.get(text) ?? known.size;
    known.set(text, key);
    return key;
  });
}

/** Endpoints that the other snapshot does not have, or has with other addresses. */
function only(of: Model, other: Model): Endpoint[] {
  const there = new Set(other.endpoints.map(({ id, addresses }) => `${id} ${addresses.map(({ text }) => text).join()}`));
  return of.endpoints.filter(({ id, addresses }) => !there.has(`${id} ${addresses.map(({ text }) => text).join()}`));
}
