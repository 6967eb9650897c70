import { z } from "zod";
import { contains, parseCidr } from "../cidr.js";
import type { Direction } from "../policy/policy.js";
import type { Connection } from "./connection.js";
import type { Item } from "./item.js";
import { protocolNumber, protocols } from "./protocol.js";

/** Ports of hosts that are open whatever the policies say. */
export interface Failsafe {
  protocol: number;
  port: number;
  /** Null = from and to anywhere. */
  net: string | null;
}
export type Failsafes = Readonly<Record<Direction, readonly Failsafe[]>>;

const tcp = (...ports: number[]): Failsafe[] => ports.map((port) => ({ protocol: protocols.tcp, port, net: null }));
const udp = (...ports: number[]): Failsafe[] => ports.map((port) => ({ protocol: protocols.udp, port, net: null }));

/** Felix' own list. */
const usual: Failsafes = {
  ingress: [...tcp(22, 179, 2379, 2380, 5473, 6443, 6666, 6667), ...udp(68)],
  egress: [...tcp(179, 2379, 2380, 5473, 6443, 6666, 6667), ...udp(53, 67)],
};

const List = z.array(z.looseObject({ protocol: z.string().default("tcp"), port: z.number(), net: z.string().optional() })).nullish();
const Spec = z.looseObject({ spec: z.looseObject({ failsafeInboundHostPorts: List, failsafeOutboundHostPorts: List }).default({}) });

/** Of a host: its own configuration wins, then the global one. An empty list leaves none; null = the configuration cannot be read. */
export function failsafesOf(node: string, configurations: readonly Item[]): Failsafes | null {
  const found = [`node.${node}`, "default"].flatMap((name) => configurations.filter((item) => item.name === name));
  const specs = found.map(({ value }) => Spec.safeParse(value));
  if (specs.some(({ success }) => !success)) return null;
  const list = (field: "failsafeInboundHostPorts" | "failsafeOutboundHostPorts") =>
    specs.map(({ data }) => data?.spec[field]).find((one) => one !== undefined && one !== null);
  return {
    ingress: list("failsafeInboundHostPorts")?.map(failsafe) ?? usual.ingress,
    egress: list("failsafeOutboundHostPorts")?.map(failsafe) ?? usual.egress,
  };
}

const failsafe = ({ protocol, port, net }: { protocol: string; port: number; net?: string | undefined }): Failsafe => ({
  protocol: protocolNumber(protocol) ?? 0,
  port,
  net: net ?? null,
});

/** Whether a connection to or from a host is one of them. */
export function isFailsafe(failsafes: readonly Failsafe[], { protocol, dstPort, src, dst }: Connection, direction: Direction): boolean {
  const peer = direction === "ingress" ? src : dst;
  return failsafes.some((one) => {
    const net = one.net === null ? null : parseCidr(one.net);
    return one.protocol === protocol && one.port === dstPort && (net === null || contains(net, peer));
  });
}
