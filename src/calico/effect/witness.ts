import { type Cidr, prefixAt } from "../cidr.js";
import type { Service } from "../verdict/ask.js";
import { between, type EndToEnd } from "../verdict/between.js";
import type { CompiledPolicy } from "../verdict/compiled.js";
import type { Model } from "../verdict/model.js";
import { members } from "./bits.js";
import type { Effect } from "./effect.js";
import type { Block } from "./groups.js";
import type { Parties, Party } from "./parties.js";
import { placeOnLine, serviceAt } from "./service-line.js";
import type { Standing } from "./standing.js";

/** One connection of a block, judged before the change and after it. */
export interface Witness {
  src: Cidr;
  dst: Cidr;
  service: Service;
  before: EndToEnd;
  after: EndToEnd;
}

/** A pair that shows what a block says; null = it has none, as when an address would have to speak to itself. */
export function witnessOf({ parties, before, after }: Effect, block: Block): Witness | null {
  const sample = sampleOf(parties, block);
  return sample && { src: sample.src, dst: sample.dst, service: sample.service, before: sample.under(before), after: sample.under(after) };
}

/** One connection of a block, and what becomes of it. */
export interface Sample {
  src: Cidr;
  dst: Cidr;
  service: Service;
  under(standing: Standing): EndToEnd;
}

/** Null = it has none. */
export function sampleOf(parties: Parties, block: Omit<Block, "kind" | "reasons">): Sample | null {
  const pair = pairOf(parties, block);
  if (pair === null) return null;
  const service = shownService(block.services.spans);
  const [src, dst] = [pair.src.address, pair.dst.address];
  const ends = [pair.src.party, pair.dst.party].map(({ index, leadsTo }) => leadsTo ?? index);
  return { src, dst, service, under: (standing) => between(narrowed(standing, ends), { ...service, src, dst, srcPort: null }) };
}

const telling: readonly Service[] = [22, 443, 80, 53].map((dstPort) => ({ protocol: 6, dstPort, icmp: null }));

function shownService(spans: readonly number[]): Service {
  const within = (place: number): boolean => spans.some((from, i) => i % 2 === 0 && from <= place && place <= (spans[i + 1] ?? from));
  return telling.find((service) => within(placeOnLine(service))) ?? serviceAt(spans[0] ?? 0);
}

interface Place {
  party: Party;
  address: Cidr;
  node: string | null;
}

/** Two different addresses; to a floating one from another host, as from the same host it is not seen. */
function pairOf({ all, points }: Parties, { from, to }: Pick<Block, "from" | "to">): { src: Place; dst: Place } | null {
  const places = function* (bits: Block["from"]): Generator<Place> {
    for (const index of members(bits)) {
      const party = all[index];
      if (party) yield* addresses(party, points);
    }
  };
  for (const src of places(from))
    for (const dst of places(to)) {
      const unseen = dst.party.leadsTo !== null && src.node === dst.node;
      if (src.address.family === dst.party.family && src.address.text !== dst.address.text && !unseen) return { src, dst };
    }
  return null;
}

const documented = { 4: [0xcb007101n, 0xc6336401n, 0x08080808n], 6: [0x20010db8000000000000000000000001n] };

function* addresses(party: Party, points: Parties["points"]): Generator<Place> {
  for (const { endpoint, address } of party.ranges.length === 0 ? party.members : []) yield { party, address, node: endpoint.node };
  const { family } = party;
  const width = family === 4 ? 32 : 128;
  const node = party.members[0]?.endpoint.node ?? null;
  for (const { first, last } of party.ranges) {
    const likely = [...documented[family].filter((one) => first <= one && one <= last), first + 1n <= last ? first + 1n : first, first];
    for (const number of likely) {
      const address = prefixAt(number, width, family);
      if (!points.has(address.text)) yield { party, address, node };
    }
    for (let number = first; number <= last && number < first + 1000n; number++) {
      const address = prefixAt(number, width, family);
      if (!points.has(address.text)) yield { party, address, node };
    }
  }
}

const places = new WeakMap<readonly CompiledPolicy[], Map<CompiledPolicy, number>>();

/** The same snapshot with only the policies that govern these parties: others decide nothing between them. */
function narrowed({ model, sequence, policies }: Standing, parties: readonly number[]): Model {
  const place = places.get(sequence) ?? new Map(sequence.map((one, i) => [one, i]));
  places.set(sequence, place);
  const here = [...new Set(parties.flatMap((party) => policies[party] ?? []))].toSorted(
    (a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0),
  );
  const tiers = model.set.tiers.map(({ tier }) => ({
    tier,
    policies: here.flatMap(({ policy, choice }) => (policy.tier === tier.name ? { policy, choice } : [])),
  }));
  return { ...model, set: { ...model.set, tiers }, compiled: new Map(here.map((one) => [one.policy, one])) };
}
