import type { Cidr } from "../cidr.js";
import { protocolName } from "./protocol.js";

/** The first packet of a connection. What is null is not known, and no rule that asks for it can be judged. */
export interface Connection {
  /** Single addresses. */
  src: Cidr;
  dst: Cidr;
  /** Number at IANA. */
  protocol: number;
  srcPort: number | null;
  dstPort: number | null;
  icmp: { type: number; code: number | null } | null;
}

/** What is asked for, as people write it: `tcp/5432`, `icmp`. */
export function service({ protocol, dstPort, icmp }: Pick<Connection, "protocol" | "dstPort" | "icmp">): string {
  if (dstPort !== null) return `${protocolName(protocol)}/${dstPort}`;
  return icmp === null ? protocolName(protocol) : `${protocolName(protocol)} type ${icmp.type}`;
}

/** An address without the length of its prefix. */
export const bare = ({ text }: Cidr): string => text.slice(0, text.indexOf("/"));
