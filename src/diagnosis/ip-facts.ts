import { z } from "zod";
import { parseCidr } from "../calico/cidr.js";
import { kindOf, kindPrefix } from "../calico/kinds.js";
import { IpPool } from "../calico/resource.js";
import type { KeyValue } from "../cluster/etcd.js";
import type { FloatingIp, Port, Subnet } from "../cluster/openstack.js";
import { within } from "./address.js";
import { type Endpoint, type Endpoints, endpointsIn } from "./endpoint.js";
import { cloud, type Inquiry, read } from "./gather-vms.js";
import { migratingPorts } from "./migrating.js";
import { decode } from "./read.js";

/** What etcd has of an address. */
export interface Stored {
  endpoints: Endpoint[] | null;
  all: Endpoints | null;
  /** VMs with an allowed address pair of it. */
  allowed: string[];
  migrating: ReadonlySet<string>;
  subnets: { cidr: string; gateway: string | null }[];
  pools: { name: string; cidr: string }[];
  /** Calico's own IPAM, which OpenStack does not use. */
  block: { cidr: string; handle: string | null } | null;
}

/** Endpoints, subnets, pools and blocks that have to do with it, in one read. */
export async function fromEtcd(asking: Inquiry, address: string): Promise<Stored> {
  const { unreadable } = asking;
  const { region } = asking.cluster;
  const snapshot = await read(asking, [
    { prefix: kindPrefix(kindOf("WorkloadEndpoint")) },
    { prefix: kindPrefix(kindOf("LiveMigration")) },
    { prefix: `/calico/dhcp/v2/${region}/subnet/` },
    { prefix: kindPrefix(kindOf("IPPool")) },
    { prefix: "/calico/ipam/v2/assignment/" },
  ]);
  if (snapshot === null) return { endpoints: null, all: null, allowed: [], migrating: new Set(), subnets: [], pools: [], block: null };
  const [, migrations, subnets, pools, blocks] = snapshot.ranges.map(({ kvs }) => kvs);
  const all = endpointsIn(snapshot.ranges[0]?.kvs ?? [], unreadable);
  const has = ({ addresses, floating }: Endpoint): boolean =>
    addresses.includes(address) || floating.some(({ external }) => external === address);
  const may = ({ allowed }: Endpoint): boolean => allowed.some((one) => one === address || within(address, one));
  return {
    // Addresses stand in the text as they are compared; only prefixes of allowed pairs do not.
    endpoints: all.matching((text) => text.includes(address), has),
    all,
    allowed: all.matching((text) => /"allowedIps":\s*\["/.test(text), may).map(({ instance, host }) => `${instance} on ${host}`),
    migrating: migratingPorts(migrations ?? [], unreadable),
    subnets: decoded(subnets, DhcpSubnet, unreadable).map(({ cidr, gateway_ip: gateway }) => ({ cidr, gateway: gateway ?? null })),
    pools: decoded(pools, IpPool, unreadable).map(({ metadata: { name }, spec: { cidr } }) => ({ name, cidr })),
    block: blockOf(blocks ?? [], { address, unreadable }),
  };
}

const DhcpSubnet = z.object({ cidr: z.string(), gateway_ip: z.string().nullish() });
const Block = z.object({
  cidr: z.string(),
  allocations: z.array(z.number().nullable()),
  attributes: z.array(z.object({ handle_id: z.string().nullish() })).default([]),
});

const decoded = <T>(kvs: readonly KeyValue[] | undefined, schema: z.ZodType<T>, unreadable: string[]): T[] =>
  (kvs ?? []).flatMap((kv) => decode(kv, schema, unreadable) ?? []);

function blockOf(kvs: readonly KeyValue[], { address, unreadable }: { address: string; unreadable: string[] }): Stored["block"] {
  // `…/block/10.65.0.0-26`: the value is read of the one that holds it.
  const kv = kvs.find(({ key }) => within(address, key.slice(key.lastIndexOf("/") + 1).replace(/-(\d+)$/, "/$1")));
  const [block] = decoded(kv ? [kv] : [], Block, unreadable);
  if (block === undefined) return null;
  const [own, all] = [parseCidr(address), parseCidr(block.cidr)];
  const index = own && all ? (block.allocations[Number(own.first - all.first)] ?? null) : null;
  return { cidr: block.cidr, handle: index === null ? null : (block.attributes[index]?.handle_id ?? "without a handle") };
}

/** What Neutron has of it. */
export interface Told {
  ports: Port[] | null;
  floating: FloatingIp[] | null;
  subnets: Subnet[];
  everything: boolean;
}

/** Ports, floating IPs and subnets with it, at the same time. */
export async function fromNeutron(asking: Inquiry, address: string): Promise<Told> {
  const [ports, floating, subnets, agents] = await Promise.all([
    cloud(asking, "Neutron", (openstack, ask) => openstack.ports({ address }, ask)),
    cloud(asking, "Neutron", (openstack, ask) => openstack.floatingIps({ address }, ask)),
    cloud(asking, "Neutron", (openstack, ask) => openstack.subnets({}, ask)),
    cloud(asking, "Neutron", (openstack, ask) => openstack.agents(ask)),
  ]);
  return {
    ports: ports?.rows ?? null,
    floating: floating?.rows ?? null,
    subnets: (subnets?.rows ?? []).filter(({ cidr }) => within(address, cidr)),
    everything: agents?.visible ?? false,
  };
}
