import { z } from "zod";
import type { Cluster } from "../cluster/cluster.js";
import { within } from "./address.js";
import type { Stored, Told } from "./ip-facts.js";
import { isOfVm } from "./recent-ports.js";
import { sayVm, type VmPort } from "./vm-port.js";

/** Somebody who has an address. */
export const Owner = z.object({
  kind: z.enum(["vm", "floating", "gateway", "port", "host", "ipam"]),
  /** After `ADDRESS is`. */
  text: z.string(),
  /** Who says so: etcd, Neutron, config. */
  by: z.array(z.string()),
});
export type Owner = z.infer<typeof Owner>;

/** One address with everything that is known of it. */
export interface Case {
  cluster: Cluster;
  address: string;
  stored: Stored;
  told: Told;
  vms: readonly VmPort[];
}

/** Everybody who has it: VMs, floating IPs, hosts, gateways, ports, Calico's own IPAM. */
export function ownersOf(about: Case): Owner[] {
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

/** Subnets, pools and blocks that it lies in. */
export function placesOf(address: string, stored: Stored, told: Told): string[] {
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
