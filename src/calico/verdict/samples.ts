import { byPlace, type Cidr, contains, parseCidr, prefixAt } from "../cidr.js";
import { located } from "./between.js";
import type { Model } from "./model.js";

/** Most addresses that stand for a range. */
const most = 200;

/** Networks that are not the internet. */
export const special = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/3",
].flatMap((text) => parseCidr(text) ?? []);

/**
 * Addresses that stand for all of a range: one for each part that the prefixes in rules and sets and the endpoints cut it into.
 * `whole` = false when there are more than can be judged. With `outside` those of private networks and of endpoints are left out.
 */
export function standIns(model: Model, range: Cidr, outside: boolean): { addresses: Cidr[]; whole: boolean } {
  const cuts = new Map<bigint, Cidr>();
  for (const { first, last, family } of [range, ...special, ...cutting(model)])
    for (const edge of [first, last + 1n])
      if (family === range.family && edge >= range.first && edge <= range.last) cuts.set(edge, at(edge, family));
  const all = [...cuts.values()].toSorted(byPlace).filter((address) => !outside || isOutside(model, address));
  return { addresses: all.slice(0, most), whole: all.length <= most };
}

function isOutside(model: Model, address: Cidr): boolean {
  return !special.some((net) => contains(net, address)) && located(model, address).endpoint === null;
}

function* cutting({ compiled, networkSets, endpoints }: Model): Generator<Cidr> {
  for (const { nets } of networkSets) yield* nets;
  for (const { rules } of compiled.values())
    for (const { source, destination } of [...rules.ingress, ...rules.egress])
      for (const { nets, notNets } of [source, destination]) yield* [...(nets ?? []), ...notNets];
  for (const { addresses, floating } of endpoints) yield* [...addresses, ...floating.map(({ external }) => external)];
}

const at = (number: bigint, family: 4 | 6): Cidr => prefixAt(number, family === 4 ? 32 : 128, family);
