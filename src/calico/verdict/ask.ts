import { z } from "zod";
import { parseCidr } from "../cidr.js";
import type { Connection } from "./connection.js";
import { hasPorts, protocolNumber, protocols } from "./protocol.js";

/** What a connection is for: protocol, port or ICMP type. */
export type Service = Pick<Connection, "protocol" | "dstPort" | "icmp">;

/** Reads `5432` (tcp), `udp/53`, `icmp`, `icmp/8`, `sctp/3868`, `47`-like protocols as `proto/47`; null = none of them. */
export function parseService(text: string): Service | null {
  const [head = "", tail, ...more] = text.trim().toLowerCase().split("/");
  if (more.length > 0) return null;
  if (/^\d+$/.test(head)) return tail === undefined ? ported(protocols.tcp, head) : null;
  if (head === "proto") return portless(tail);
  const protocol = protocolNumber(head);
  if (protocol === null) return null;
  if (tail === undefined) return hasPorts(protocol) ? null : { protocol, dstPort: null, icmp: ping(protocol) };
  if (hasPorts(protocol)) return ported(protocol, tail);
  const type = numberUpTo(tail, 255);
  return type !== null && ping(protocol) ? { protocol, dstPort: null, icmp: { type, code: 0 } } : null;
}

function portless(tail: string | undefined): Service | null {
  const protocol = protocolNumber(tail ?? "");
  return protocol === null || hasPorts(protocol) ? null : { protocol, dstPort: null, icmp: null };
}

function ported(protocol: number, text: string): Service | null {
  const dstPort = numberUpTo(text, 65535);
  return dstPort === null || dstPort === 0 ? null : { protocol, dstPort, icmp: null };
}

function numberUpTo(text: string, most: number): number | null {
  return /^\d{1,5}$/.test(text) && Number(text) <= most ? Number(text) : null;
}

/** An echo request, which is what people mean by icmp. */
function ping(protocol: number): Connection["icmp"] {
  if (protocol === protocols.icmp) return { type: 8, code: 0 };
  return protocol === protocols.icmpv6 ? { type: 128, code: 0 } : null;
}

const port = z.number().int().min(1).max(65535).nullish();

/** A connection in a file of them. */
export const Flow = z.looseObject({
  src: z.string(),
  dst: z.string(),
  protocol: z.union([z.string(), z.number()]),
  srcPort: port,
  dstPort: port,
  icmpType: z.number().int().min(0).max(255).nullish(),
  icmpCode: z.number().int().min(0).max(255).nullish(),
  /** What is expected of it. */
  allowed: z.boolean().optional(),
});
export type Flow = z.infer<typeof Flow>;

/** A flow as a connection, or what is wrong with it. */
export function connectionOf(flow: Flow): Connection | string {
  const [src, dst] = [address(flow.src), address(flow.dst)];
  const protocol = protocolNumber(flow.protocol);
  if (src === null) return `src \`${flow.src.slice(0, 80)}\` is no address`;
  if (dst === null) return `dst \`${flow.dst.slice(0, 80)}\` is no address`;
  if (src.family !== dst.family) return `${flow.src} and ${flow.dst} are of different families`;
  if (protocol === null) return `protocol \`${String(flow.protocol).slice(0, 40)}\` is not known`;
  const type = flow.icmpType ?? null;
  const icmp = type === null ? null : { type, code: flow.icmpCode ?? null };
  return { src, dst, protocol, srcPort: flow.srcPort ?? null, dstPort: flow.dstPort ?? null, icmp };
}

function address(text: string): Connection["src"] | null {
  const cidr = text.includes("/") ? null : parseCidr(text);
  return cidr;
}
