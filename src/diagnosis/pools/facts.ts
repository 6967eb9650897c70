import { z } from "zod";
import { type Cidr, parseCidr } from "../../calico/cidr.js";
import { kindOf, kindPrefix } from "../../calico/kinds.js";
import { IpPool } from "../../calico/resource.js";
import type { Ask } from "../../cluster/ask.js";
import type { Cluster } from "../../cluster/cluster.js";
import type { KeyValue } from "../../cluster/etcd.js";
import { decode, decodeAll, inTurns, readEtcd } from "../read.js";

/** A pool as it is used here. */
export interface PoolFacts {
  name: string;
  cidr: Cidr;
  ipip: string | null;
  vxlan: string | null;
  nat: boolean;
  disabled: boolean;
}

/** A subnet of Neutron with DHCP, as its driver tells the DHCP agents. */
export interface SubnetFacts {
  id: string;
  region: string;
  cidr: Cidr;
}

/** Addresses that somebody holds: a VM's port, or a host. */
export interface Held {
  owner: string;
  cidr: Cidr;
}

/** Everything about addresses in a cluster, at one revision of etcd. */
export interface AddressFacts {
  cluster: string;
  revision: number;
  at: number;
  pools: PoolFacts[];
  subnets: SubnetFacts[];
  endpoints: Held[];
  /** Addresses of hosts, by config and by Calico's nodes; a node's with the length of its network. */
  hosts: Held[];
  /** Blocks of Calico's own address management. */
  blocks: Cidr[];
  unreadable: string[];
}

const subnetKeys = "/calico/dhcp/v2/";
const blockKeys = "/calico/ipam/v2/assignment/";

/** Reads it: everything that has or gives an address. */
export async function addressFacts(cluster: Cluster, ask: Ask): Promise<AddressFacts> {
  const read = await readEtcd(
    cluster,
    [
      { prefix: kindPrefix(kindOf("IPPool")) },
      { prefix: kindPrefix(kindOf("Node")) },
      { prefix: subnetKeys },
      { prefix: kindPrefix(kindOf("WorkloadEndpoint")) },
      { prefix: blockKeys, keysOnly: true },
    ],
    ask,
  );
  const [pools, nodes, subnets, endpoints, blocks] = read.ranges.map(({ kvs }) => kvs);
  const unreadable: string[] = [];
  const ports: Held[] = [];
  await inTurns(endpoints ?? [], (kv) => {
    const endpoint = decode(kv, Endpoint, unreadable);
    if (endpoint) ports.push(...addressesOf(endpoint));
  });
  const configured = cluster.hosts.flatMap(({ name, address, bgp }) => [...new Set([address, ...bgp])].flatMap((a) => held(name, a)));
  return {
    cluster: cluster.name,
    revision: read.revision,
    at: read.at,
    pools: (pools ?? []).flatMap((kv) => poolOf(kv, unreadable)),
    subnets: (subnets ?? []).flatMap((kv) => subnetOf(kv, unreadable)),
    endpoints: ports,
    hosts: [...configured, ...(await decodeAll(nodes ?? [], Node, unreadable)).flatMap(networksOf)],
    blocks: (blocks ?? []).flatMap(({ key }) => blockOf(key)),
    unreadable,
  };
}

const held = (owner: string, address: string): Held[] => {
  const cidr = parseCidr(address);
  return cidr ? [{ owner, cidr }] : [];
};

function poolOf(kv: KeyValue, unreadable: string[]): PoolFacts[] {
  const pool = decode(kv, IpPool, unreadable);
  if (!pool) return [];
  const cidr = parseCidr(pool.spec.cidr);
  if (!cidr) {
    unreadable.push(kv.key);
    return [];
  }
  const { ipipMode, vxlanMode, natOutgoing = false, disabled = false } = pool.spec;
  return [{ name: pool.metadata.name, cidr, ipip: modeOf(ipipMode), vxlan: modeOf(vxlanMode), nat: natOutgoing, disabled }];
}

const modeOf = (mode: string | undefined): string | null => (mode === undefined || mode === "" || mode === "Never" ? null : mode);

const Subnet = z.object({ cidr: z.string() });

function subnetOf(kv: KeyValue, unreadable: string[]): SubnetFacts[] {
  const match = /^\/calico\/dhcp\/v2\/([^/]+)\/subnet\/([^/]+)$/.exec(kv.key);
  if (!match) return [];
  const cidr = parseCidr(decode(kv, Subnet, unreadable)?.cidr ?? "");
  if (cidr) return [{ id: match[2] ?? "", region: match[1] ?? "", cidr }];
  if (!unreadable.includes(kv.key)) unreadable.push(kv.key);
  return [];
}

const Endpoint = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ ipNetworks: z.array(z.string()).default([]), endpoint: z.string().default("") }),
});
const addressesOf = ({ metadata, spec }: z.infer<typeof Endpoint>): Held[] =>
  spec.ipNetworks.flatMap((network) => held(spec.endpoint || metadata.name, network));

const Node = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z
    .object({ bgp: z.object({ ipv4Address: z.string().optional(), ipv6Address: z.string().optional() }).default({}) })
    .default({ bgp: {} }),
});
const networksOf = ({ metadata, spec }: z.infer<typeof Node>): Held[] =>
  [spec.bgp.ipv4Address, spec.bgp.ipv6Address].flatMap((network) => (network === undefined ? [] : held(metadata.name, network)));

/** `…/block/10.65.0.0-26`: the slash is written as a dash. */
function blockOf(key: string): Cidr[] {
  const cidr = parseCidr(key.slice(key.lastIndexOf("/") + 1).replace(/-(?=\d+$)/, "/"));
  return cidr ? [cidr] : [];
}
