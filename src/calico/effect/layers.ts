import type { Cidr } from "../cidr.js";
import type { Endpoint } from "../verdict/endpoint.js";
import type { Owner } from "../verdict/match.js";
import type { Model } from "../verdict/model.js";
import type { Mentioned } from "./mentioned.js";

/** One prefix with everything that has it. */
export interface Layer {
  cidr: Cidr;
  /** Whether a rule or a gateway tells it apart. */
  net: boolean;
  owners: [Owner[], Owner[]];
  endpoints: [Endpoint[], Endpoint[]];
}

/** Whether it is a single address. */
export const isWhole = ({ family, bits }: Cidr): boolean => bits === (family === 4 ? 32 : 128);

/** Every prefix that tells addresses of the two snapshots apart; with `same` only the first one is looked at. */
export function layersOf([before, after]: readonly [Model, Model], { nets }: Mentioned, same: boolean): Layer[] {
  const found = new Map<string, Layer>();
  const at = (cidr: Cidr): Layer => {
    const layer = found.get(cidr.text) ?? { cidr, net: false, owners: [[], []], endpoints: [[], []] };
    found.set(cidr.text, layer);
    return layer;
  };
  for (const net of nets.values()) at(net).net = true;
  for (const [side, model] of [before, after].entries() as Iterable<[0 | 1, Model]>) {
    if (same && side === 1) break;
    for (const { owner, nets: prefixes } of model.networkSets) for (const cidr of prefixes) at(cidr).owners[side].push(owner);
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
