import { type Cidr, contains, parseCidr } from "../../../src/calico/cidr.js";
import { has } from "../../../src/calico/effect/bits.js";
import type { Effect } from "../../../src/calico/effect/effect.js";
import type { Party } from "../../../src/calico/effect/parties.js";
import { placeOnLine } from "../../../src/calico/effect/service-line.js";
import type { Service } from "../../../src/calico/verdict/ask.js";
import { between, located } from "../../../src/calico/verdict/between.js";
import type { Connection } from "../../../src/calico/verdict/connection.js";
import type { Model } from "../../../src/calico/verdict/model.js";

/** What an effect says of one connection. */
export function said(effect: Pick<Effect, "parties" | "blocks">, model: Model, { src, dst, ...service }: Connection): string {
  const [from, to] = [located(model, src), located(model, dst)];
  const sameHost = from.endpoint !== null && from.endpoint.node === to.endpoint?.node;
  const [source, destination] = [partyOf(effect, from.address), partyOf(effect, sameHost ? to.address : dst)];
  const place = placeOnLine(service);
  const kinds = effect.blocks.flatMap((block) => {
    const { spans } = block.services;
    const about = spans.some((first, i) => i % 2 === 0 && first <= place && place <= (spans[i + 1] ?? -1));
    return about && has(block.from, source.index) && has(block.to, destination.index) ? block.kind : [];
  });
  return kinds.toSorted().join(" and ");
}

const known = new WeakMap<Effect["parties"], Map<string, Party>>();

function partyOf({ parties }: Pick<Effect, "parties">, address: Cidr): Party {
  const cache = known.get(parties) ?? new Map<string, Party>();
  known.set(parties, cache);
  const party = cache.get(address.text) ?? find(parties, address);
  cache.set(address.text, party);
  return party;
}

function find(parties: Effect["parties"], address: Cidr): Party {
  const found = parties.all.filter(
    ({ members, ranges, family }) =>
      members.some((member) => member.address.text === address.text) ||
      (family === address.family &&
        !parties.points.has(address.text) &&
        ranges.some(({ first, last }) => first <= address.first && address.first <= last)),
  );
  if (found.length !== 1 || !found[0]) throw new Error(`${address.text} is in ${found.length} parties`);
  return found[0];
}

/** What two evaluations of one connection say; `either` = both are in doubt in the same way. */
export function compared(before: Model, after: Model, connection: Connection): string {
  const [was, is] = [between(before, connection), between(after, connection)];
  if (was.doubts.length + is.doubts.length > 0) return was.allowed === is.allowed ? "either" : "uncertain";
  if (was.allowed === is.allowed) return "";
  return is.allowed ? "gained" : "lost";
}

/** Every pair of these addresses for every service. */
export function* connections(addresses: readonly string[], services: readonly Service[]): Generator<Connection> {
  const all = addresses.map((text) => parseCidr(text)).flatMap((one) => one ?? []);
  for (const src of all)
    for (const dst of all)
      if (src.family === dst.family && !contains(src, dst)) for (const service of services) yield { src, dst, srcPort: null, ...service };
}
