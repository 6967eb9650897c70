import { z } from "zod";
import { parseCidr } from "../calico/cidr.js";
import { kindOf, kindPrefix } from "../calico/kinds.js";
import { IpPool } from "../calico/resource.js";
import type { Cluster } from "../cluster/cluster.js";
import type { KeyValue } from "../cluster/etcd.js";
import type { FloatingIp, Port, Subnet } from "../cluster/openstack.js";
import { within } from "./address.js";
import { type Endpoint, type Endpoints, endpointsIn } from "./endpoint.js";
import { Finding, finding, sorted } from "./finding.js";
import type { Gathering } from "./gather.js";
import { cloud, type Inquiry, inquiry, read, vmsOf } from "./gather-vms.js";
import { isOfVm } from "./recent-ports.js";
import { sayVm, VmPort } from "./vm-port.js";

const Owner = z.object({
  kind: z.enum(["vm", "floating", "gateway", "port", "host", "ipam"]),
  /** After `ADDRESS is`. */
  text: z.string(),
  /** Who says so: etcd, Neutron, config. */
  by: z.array(z.string()),
});
export type Owner = z.infer<typeof Owner>;

/** Whom an address belongs to. */
export const IpAnswer = z.object({
  cluster: z.string(),
  at: z.number(),
  address: z.string(),
  owners: z.array(Owner),
  /** VM ports that have it, or that its floating IP leads to. */
  vms: z.array(VmPort),
  /** VMs that may use it beside their own (allowed address pairs). */
  allowed: z.array(z.string()),
  /** Subnets, pools and blocks it lies in. */
  places: z.array(z.string()),
  findings: z.array(Finding),
  notAsked: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type IpAnswer = z.infer<typeof IpAnswer>;

/** Asks etcd, Neutron and the config at the same time, then puts names to what was found. `address` is canonical. */
export async function askIp(cluster: Cluster, address: string, how: Gathering): Promise<IpAnswer> {
  const asking = inquiry(cluster, how);
  const [stored, told] = await Promise.all([fromEtcd(asking, address), fromNeutron(asking, address)]);
  const leads = [...new Set((told.floating ?? []).flatMap(({ portId }) => (portId === null ? [] : [portId])))];
  const led = leads.length === 0 ? null : await cloud(asking, "Neutron", (openstack, ask) => openstack.ports({ ids: leads }, ask));
  const ports = told.ports === null ? null : [...told.ports.filter(isOfVm), ...(led?.rows ?? [])];
  const { vms, findings } = await vmsOf(asking, { ...stored, ports, everything: told.everything });
  const owners = ownersOf({ cluster, address, stored, told, vms });
  return {
    cluster: cluster.name,
    at: how.now(),
    address,
    owners,
    vms,
    allowed: stored.allowed,
    places: placesOf(address, stored, told),
    findings: sorted([...twice(address, owners), ...halfFloating(address, stored, told), ...findings]),
    notAsked: asking.notAsked,
  };
}

interface Stored {
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

async function fromEtcd(asking: Inquiry, address: string): Promise<Stored> {
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
  const all = endpointsIn(snapshot.ranges[0]?.kvs ?? []);
  const has = ({ addresses, floating }: Endpoint): boolean =>
    addresses.includes(address) || floating.some(({ external }) => external === address);
  const may = ({ allowed }: Endpoint): boolean => allowed.some((one) => one === address || within(address, one));
  return {
    // Addresses stand in the text as they are compared; only prefixes of allowed pairs do not.
    endpoints: all.matching((text) => text.includes(address), has),
    all,
    allowed: all.matching((text) => /"allowedIps":\s*\["/.test(text), may).map(({ instance, host }) => `${instance} on ${host}`),
    migrating: migratingPorts(migrations ?? []),
    subnets: parsedAll(subnets, DhcpSubnet).map(({ cidr, gateway_ip: gateway }) => ({ cidr, gateway: gateway ?? null })),
    pools: parsedAll(pools, IpPool).map(({ metadata: { name }, spec: { cidr } }) => ({ name, cidr })),
    block: blockOf(blocks ?? [], address),
  };
}

const DhcpSubnet = z.object({ cidr: z.string(), gateway_ip: z.string().nullish() });
const Migration = z.object({ spec: z.object({ source: z.object({ workloadEndpoint: z.object({ endpointID: z.string() }) }) }) });
const Block = z.object({
  cidr: z.string(),
  allocations: z.array(z.number().nullable()),
  attributes: z.array(z.object({ handle_id: z.string().nullish() })).default([]),
});

/** Ports that a LiveMigration object names. */
export function migratingPorts(kvs: readonly KeyValue[]): Set<string> {
  return new Set(parsedAll(kvs, Migration).map(({ spec }) => spec.source.workloadEndpoint.endpointID));
}

function parsedAll<T>(kvs: readonly KeyValue[] | undefined, schema: z.ZodType<T>): T[] {
  return (kvs ?? []).flatMap(({ value }) => {
    try {
      return [schema.parse(JSON.parse(value))];
    } catch {
      return [];
    }
  });
}

function blockOf(kvs: readonly KeyValue[], address: string): Stored["block"] {
  // `…/block/10.65.0.0-26`: the value is read of the one that holds it.
  const kv = kvs.find(({ key }) => within(address, key.slice(key.lastIndexOf("/") + 1).replace(/-(\d+)$/, "/$1")));
  const [block] = parsedAll(kv ? [kv] : [], Block);
  if (block === undefined) return null;
  const [own, all] = [parseCidr(address), parseCidr(block.cidr)];
  const index = own && all ? (block.allocations[Number(own.first - all.first)] ?? null) : null;
  return { cidr: block.cidr, handle: index === null ? null : (block.attributes[index]?.handle_id ?? "without a handle") };
}

interface Told {
  ports: Port[] | null;
  floating: FloatingIp[] | null;
  subnets: Subnet[];
  everything: boolean;
}

async function fromNeutron(asking: Inquiry, address: string): Promise<Told> {
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

interface Case {
  cluster: Cluster;
  address: string;
  stored: Stored;
  told: Told;
  vms: readonly VmPort[];
}

function ownersOf(about: Case): Owner[] {
  const { cluster, address, stored, vms } = about;
  const hosts = cluster.hosts.filter((host) => host.address === address || host.bgp.includes(address));
  const by = (vm: VmPort): string[] => [...(vm.inEtcd === true ? ["etcd"] : []), ...(vm.inNeutron === true ? ["Neutron"] : [])];
  const floats = (vm: VmPort): boolean => !vm.addresses.includes(address) && !vm.places.some(() => storedHas(stored, vm, address));
  return [
    ...vms.map(
      (vm): Owner => ({
        kind: floats(vm) ? "floating" : "vm",
        text: `${floats(vm) ? "the floating IP of " : ""}${sayWhole(vm)}`,
        by: by(vm),
      }),
    ),
    ...unled(about),
    ...hosts.map(
      ({ name, role, maintenance }): Owner => ({
        kind: "host",
        text: `host ${name} (${role}${maintenance ? ", in maintenance" : ""})`,
        by: ["config"],
      }),
    ),
    ...gateways(about),
    ...otherPorts(about),
    ...(stored.block?.handle
      ? [{ kind: "ipam" as const, text: `in use in Calico's own IPAM, by "${stored.block.handle}"`, by: ["etcd"] }]
      : []),
  ];
}

const storedHas = ({ endpoints }: Stored, vm: VmPort, address: string): boolean =>
  (endpoints ?? []).some((endpoint) => endpoint.port === vm.port && endpoint.addresses.includes(address));

/** `VM "web" of project "shop" on compute1: port ACTIVE, felix up`. */
export function sayWhole(vm: VmPort): string {
  const project = vm.project === null ? "" : ` of project "${vm.project}"`;
  const host = vm.host === null ? (vm.inNeutron === true ? ", on no host" : "") : ` on ${vm.host}`;
  const state = [vm.status === null ? null : `port ${vm.status}`, vm.felix === null ? null : `felix ${vm.felix}`].filter(
    (one) => one !== null,
  );
  return `${sayVm(vm)}${project}${host}${state.length > 0 ? `: ${state.join(", ")}` : ""}`;
}

/** Floating IPs that lead to no port. */
const unled = ({ told }: Case): Owner[] =>
  (told.floating ?? [])
    .filter(({ portId }) => portId === null)
    .map(({ projectId }) => ({ kind: "floating", text: `a floating IP of project "${projectId}" that leads to no port`, by: ["Neutron"] }));

function gateways({ address, stored, told }: Case): Owner[] {
  const neutron = told.subnets.filter(({ gateway }) => gateway === address);
  const etcd = stored.subnets.filter(({ gateway }) => gateway === address);
  const cidrs = new Set([...neutron.map(({ cidr }) => cidr), ...etcd.map(({ cidr }) => cidr)]);
  return [...cidrs].map((cidr) => {
    const name = neutron.find((subnet) => subnet.cidr === cidr)?.name;
    const by = [...(etcd.some((subnet) => subnet.cidr === cidr) ? ["etcd"] : []), ...(name === undefined ? [] : ["Neutron"])];
    return { kind: "gateway", text: `the gateway of subnet ${name ? `"${name}" ` : ""}${cidr}`, by };
  });
}

const roles: Readonly<Record<string, string>> = {
  "network:dhcp": "a DHCP port",
  "network:distributed": "a DHCP or metadata port",
  "network:router_interface": "a router's port",
  "network:router_gateway": "a router's outer port",
};

/** Ports of Neutron's own; the one behind a floating IP is not a second owner, nor is a router's port that is the gateway. */
function otherPorts({ address, told }: Case): Owner[] {
  const gateway = told.subnets.some((subnet) => subnet.gateway === address);
  return (told.ports ?? [])
    .filter(
      (port) => !isOfVm(port) && port.deviceOwner !== "network:floatingip" && !(gateway && port.deviceOwner === "network:router_interface"),
    )
    .map(({ deviceOwner, name, id, status, host }) => {
      const what = roles[deviceOwner] ?? (deviceOwner === "" ? "a port that no device uses" : `a port of ${deviceOwner}`);
      return { kind: "port", text: `${what}, "${name || id}", ${status}${host ? ` on ${host}` : ""}`, by: ["Neutron"] };
    });
}

function placesOf(address: string, stored: Stored, told: Told): string[] {
  const subnets = told.subnets.map(({ name, cidr, dhcp }) => `subnet "${name}" ${cidr}${dhcp ? "" : " without DHCP"}`);
  const more = stored.subnets.filter(({ cidr }) => within(address, cidr) && !told.subnets.some((subnet) => subnet.cidr === cidr));
  const pools = stored.pools.filter(({ cidr }) => within(address, cidr)).map(({ name, cidr }) => `pool "${name}" ${cidr}`);
  return [
    ...subnets,
    ...more.map(({ cidr }) => `subnet ${cidr} (etcd)`),
    ...pools,
    ...(stored.block ? [`IPAM block ${stored.block.cidr}`] : []),
  ];
}

/** More than one who has it: whoever is nearer to the asker gets the traffic. */
function twice(address: string, owners: readonly Owner[]): Finding[] {
  if (owners.length < 2) return [];
  const text = `${address} has ${owners.length} owners`;
  const detail = owners.map(({ text: one, by }) => `${one} (${by.join(" and ")})`);
  return [finding({ id: "ip:twice", light: "bad", text, detail, weight: 10 })];
}

/** A floating IP that only one side knows. */
function halfFloating(address: string, { endpoints }: Stored, { floating, everything }: Told): Finding[] {
  if (endpoints === null || floating === null) return [];
  const inEtcd = endpoints.some((endpoint) => endpoint.floating.some(({ external }) => external === address));
  const inNeutron = floating.some(({ portId }) => portId !== null);
  const about = { id: "ip:floating", light: "bad" as const };
  if (inNeutron && !inEtcd)
    return [
      finding({
        ...about,
        text: `floating IP ${address} is in Neutron but not in etcd: no host translates it`,
        detail: ["with core_plugin ml2 its change reaches etcd only when the port changes or is resynced"],
      }),
    ];
  if (inEtcd && !inNeutron && everything)
    return [
      finding({
        ...about,
        text: `floating IP ${address} is in etcd but leads nowhere in Neutron`,
        detail: ["its host still translates it: a resync of the port removes it"],
      }),
    ];
  return [];
}
