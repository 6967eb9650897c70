import type { Direction } from "../../calico/policy/policy.js";
import type { Connection } from "../../calico/verdict/connection.js";
import { protocols } from "../../calico/verdict/protocol.js";
import type { Host } from "../../cluster/inventory.js";

/** Connections without which the control plane of an OpenStack cloud does not work. */
export interface Lifeline {
  name: string;
  services: readonly Pick<Connection, "protocol" | "dstPort" | "icmp">[];
  /** Who must reach whom. `control`: everybody the control hosts; `all`: control hosts everybody; `peers`: both ends of BGP; `computes`: each other. */
  way: "control" | "all" | "peers" | "computes" | "between-control";
}

const tcp = (...ports: number[]): Lifeline["services"] => ports.map((dstPort) => ({ protocol: protocols.tcp, dstPort, icmp: null }));

/** Encapsulated traffic is missing: felix lets it in from known hosts before it looks at policies. */
export const lifelines: readonly Lifeline[] = [
  { name: "SSH", services: tcp(22), way: "all" },
  { name: "etcd", services: tcp(2379), way: "control" },
  { name: "etcd between its members", services: tcp(2380), way: "between-control" },
  { name: "BGP", services: tcp(179), way: "peers" },
  { name: "RabbitMQ", services: tcp(5672), way: "control" },
  { name: "database", services: tcp(3306), way: "control" },
  { name: "memcached", services: tcp(11211), way: "control" },
  { name: "Keystone", services: tcp(5000), way: "control" },
  { name: "Neutron", services: tcp(9696), way: "control" },
  { name: "Nova", services: tcp(8774), way: "control" },
  { name: "Nova metadata", services: tcp(8775), way: "control" },
  { name: "libvirt", services: tcp(16509, 16514, 49152, 49215), way: "computes" },
  { name: "NTP", services: [{ protocol: protocols.udp, dstPort: 123, icmp: null }], way: "control" },
  { name: "ICMP", services: [{ protocol: protocols.icmp, dstPort: null, icmp: { type: 8, code: 0 } }], way: "all" },
];

/** Far ends that are tried: they differ by role and hardly within it. */
const most = 3;

/** With whom a host must be able to talk, and who begins. */
export function peersFor({ way }: Lifeline, host: Host, hosts: readonly Host[]): { peer: Host; direction: Direction }[] {
  const others = hosts.filter((one) => one !== host && !one.maintenance);
  const of = (role: Host["role"]): Host[] => others.filter((one) => one.role === role).slice(0, most);
  const control = of("control");
  const to = (peers: readonly Host[], direction: Direction) => peers.map((peer) => ({ peer, direction }));
  const both = (peers: readonly Host[]) => [...to(peers, "egress"), ...to(peers, "ingress")];
  if (way === "all") return [...to(control, "ingress"), ...(host.role === "control" ? to(others.slice(0, most), "egress") : [])];
  if (way === "control") return [...to(control, "egress"), ...(host.role === "control" ? to(others.slice(0, most), "ingress") : [])];
  if (way === "between-control") return host.role === "control" ? both(control) : [];
  if (way === "computes") return host.role === "compute" ? both(of("compute")) : [];
  const named = others.filter(({ name, bgp }) => host.peers.some((peer) => peer === name || bgp.includes(peer)));
  return both((named.length > 0 ? named : others.filter(({ role }) => role === "reflector")).slice(0, most));
}
