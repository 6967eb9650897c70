import { type Cidr, contains, parseCidr } from "../cidr.js";
import type { Direction } from "../policy/policy.js";
import type { Connection } from "./connection.js";
import type { Endpoint } from "./endpoint.js";
import { failsafesOf, isFailsafe } from "./failsafe.js";
import type { Model } from "./model.js";
import { protocols } from "./protocol.js";
import { byFelix, type Step } from "./trace.js";

/** What is known of hosts beyond Calico's objects. */
export interface Surroundings {
  /** A host's own addresses, by the name by which endpoints call it. */
  addressesOf(node: string): readonly Cidr[];
}

/** Nothing but what endpoints tell: the gateway that their host answers for. */
export const nothingKnown: Surroundings = { addressesOf: () => [] };

const metadata = parseCidr("169.254.169.254");

/** Whether an address is the host on which a workload runs, as that workload sees it. */
export function isOwnHost({ gateways, node }: Endpoint, address: Cidr, around: Surroundings): boolean {
  const hosts = [...gateways, ...around.addressesOf(node), ...(metadata ? [metadata] : [])];
  return hosts.some((one) => contains(one, address));
}

/** What felix lets through before it looks at policies; null = policies decide. */
export function openedBefore(
  model: Model,
  endpoint: Endpoint,
  { connection, direction, around }: { connection: Connection; direction: Direction; around: Surroundings },
): Step | null {
  if (endpoint.kind === "host") return failsafeStep(model, endpoint, { connection, direction });
  if (direction === "ingress")
    return around.addressesOf(endpoint.node).some((one) => contains(one, connection.src)) ? byFelix("from its own host") : null;
  const name = endpoint.orchestrator === "openstack" ? serviceOf(connection, isOwnHost(endpoint, connection.dst, around)) : null;
  return name === null ? null : byFelix(name);
}

function failsafeStep(
  model: Model,
  { node }: Endpoint,
  { connection, direction }: { connection: Connection; direction: Direction },
): Step | null {
  const failsafes = failsafesOf(node, model.felix);
  return failsafes && isFailsafe(failsafes[direction], connection, direction) ? byFelix("failsafe port") : null;
}

const broadcast = parseCidr("255.255.255.255");
const multicast = parseCidr("ff00::/8");

/** What a VM of OpenStack always gets from its own host. */
function serviceOf({ protocol, dstPort, srcPort, dst }: Connection, ownHost: boolean): string | null {
  const toAll = [broadcast, multicast].some((all) => all !== null && contains(all, dst));
  const [client, server] = dst.family === 4 ? [68, 67] : [546, 547];
  const isUdp = protocol === protocols.udp;
  if (isUdp && dstPort === server && (srcPort === null || srcPort === client) && (ownHost || toAll)) return "DHCP of OpenStack";
  if (isUdp && dstPort === 53 && ownHost) return "DNS of OpenStack";
  const asksMetadata = protocol === protocols.tcp && dstPort === 80 && metadata !== null && contains(metadata, dst);
  return asksMetadata ? "metadata of OpenStack" : null;
}
