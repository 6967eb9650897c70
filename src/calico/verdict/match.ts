import type { Cidr } from "../cidr.js";
import { contains } from "../cidr.js";
import { matches } from "../selector/evaluate.js";
import type { Labels, Selector } from "../selector/selector.js";
import { type Certainty, every, not, some } from "./certainty.js";
import type { Connection } from "./connection.js";
import type { Entity } from "./entity.js";
import { isOneOf, type NamedPort } from "./port.js";
import type { Icmp, Rule } from "./rule.js";

/** Whatever has an address and labels: endpoints and network sets. */
export interface Owner {
  labels: Labels;
  ports: readonly NamedPort[];
}

/** A connection with what Calico knows of its two ends. */
export interface Packet {
  connection: Connection;
  source: readonly Owner[];
  destination: readonly Owner[];
  /** Why more than is known may have these addresses: objects that cannot be read. */
  incomplete: string | null;
}

/** Whether a rule is about this packet. */
export function isAbout(rule: Rule, packet: Packet): Certainty {
  const { connection } = packet;
  return every([
    () => rule.ipVersion === null || rule.ipVersion === connection.src.family,
    () => rule.protocol === null || rule.protocol === connection.protocol,
    () => rule.notProtocol === null || rule.notProtocol !== connection.protocol,
    () => rule.icmp === null || sameIcmp(rule.icmp, connection.icmp),
    () => rule.notIcmp === null || not(sameIcmp(rule.notIcmp, connection.icmp)),
    () => fits(rule.source, endOf(packet, "source")),
    () => fits(rule.destination, endOf(packet, "destination")),
    () => rule.unjudged.length === 0 || `${rule.unjudged.join(", ")} cannot be judged`,
  ]);
}

function sameIcmp(asked: Icmp, icmp: Connection["icmp"]): Certainty {
  if (icmp === null) return "the icmp type is not given";
  if (asked.type !== icmp.type || asked.code === null) return asked.type === icmp.type;
  return icmp.code === null ? "the icmp code is not given" : asked.code === icmp.code;
}

interface End {
  side: "source" | "destination";
  address: Cidr;
  port: number | null;
  protocol: number;
  owners: readonly Owner[];
  incomplete: string | null;
}

function endOf({ connection, source, destination, incomplete }: Packet, side: End["side"]): End {
  const { src, dst, srcPort, dstPort, protocol } = connection;
  return side === "source"
    ? { side, address: src, port: srcPort, protocol, owners: source, incomplete }
    : { side, address: dst, port: dstPort, protocol, owners: destination, incomplete };
}

/** A rule that names nets of the other family only is none for this one; so is one that excludes such. */
function fits(entity: Entity, end: End): Certainty {
  const { nets, notNets, selector, notSelector, ports, notPorts } = entity;
  const { address } = end;
  const within = (net: Cidr): boolean => contains(net, address);
  const portSide = () => ({ ...end, named: end.owners.flatMap((owner) => owner.ports) });
  return every([
    () => nets === null || nets.some(within),
    () => notNets.length === 0 || (notNets.some(({ family }) => family === address.family) && !notNets.some(within)),
    () => selector === null || anyOwner(selector, end),
    () => notSelector === null || not(anyOwner(notSelector, end)),
    () => ports === null || isOneOf(ports, portSide()),
    () => notPorts.length === 0 || not(isOneOf(notPorts, portSide())),
  ]);
}

/** A selector stands for the addresses of everything that it selects; addresses that nothing has are in none. */
function anyOwner(selector: Selector, { owners, incomplete }: End): Certainty {
  return some([
    ...owners.map((owner) => () => matches(selector, owner.labels)),
    () => (owners.length === 0 && incomplete !== null ? incomplete : false),
  ]);
}
