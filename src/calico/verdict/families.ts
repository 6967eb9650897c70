import { protocols } from "./protocol.js";
import type { Rule } from "./rule.js";

type Family = 4 | 6;

/** Which IP versions a rule can be about: nets of one family, or nets of one family excluded, leave out the other. */
export function familiesOf({ ipVersion, protocol, source, destination }: Rule): Family[] {
  const nets = [source.nets, destination.nets, ...[source.notNets, destination.notNets].map((list) => (list.length === 0 ? null : list))];
  return ([4, 6] as const).filter(
    (family) =>
      (ipVersion === null || ipVersion === family) &&
      protocol !== (family === 4 ? protocols.icmpv6 : protocols.icmp) &&
      nets.every((list) => list === null || list.some((net) => net.family === family)),
  );
}
