import { z } from "zod";
import type { Port } from "../cluster/openstack.js";
import type { Endpoint } from "./endpoint.js";
import { type Finding, finding } from "./finding.js";
import { isOfVm } from "./recent-ports.js";
import { list } from "./say.js";

/** A VM's port as etcd and Neutron know it, side by side. */
export const VmPort = z.object({
  port: z.string(),
  instance: z.string(),
  /** Nova's name, else the port's own; null = it has none, or nobody could be asked. */
  name: z.string().nullable(),
  /** Names where they are known, else ids. */
  project: z.string().nullable(),
  network: z.string().nullable(),
  groups: z.array(z.string()),
  addresses: z.array(z.string()),
  floating: z.array(z.string()),
  /** Where it is by Neutron, else by etcd. Null = not bound, or hidden. */
  host: z.string().nullable(),
  /** Hosts of its objects in etcd; more than one while it migrates. */
  places: z.array(z.string()),
  /** Neutron's word; null = Neutron does not know it, or could not be asked. */
  status: z.string().nullable(),
  /** felix' word for the port, and whether felix on that host lives; null = not known. */
  felix: z.string().nullable(),
  felixAlive: z.boolean().nullable(),
  /** Null = that side could not be asked. */
  inEtcd: z.boolean().nullable(),
  inNeutron: z.boolean().nullable(),
});
export type VmPort = z.infer<typeof VmPort>;

/** What ids are called; an id that is not in a map has no known name. */
export interface Names {
  servers: ReadonlyMap<string, string>;
  projects: ReadonlyMap<string, string>;
  networks: ReadonlyMap<string, string>;
  groups: ReadonlyMap<string, string>;
}

/** Both views of one port before they are put together. */
export interface Sides {
  id: string;
  endpoints: readonly Endpoint[];
  port: Port | null;
  /** Which side answered at all. */
  asked: { etcd: boolean; neutron: boolean };
  migrating: boolean;
  felix: { state: string | null; alive: boolean | null };
}

/** One port, told as far as anybody knows it. */
export function vmPort({ id, endpoints, port, asked, felix }: Sides, names: Names): VmPort {
  const [endpoint] = endpoints;
  const instance = port?.deviceId || endpoint?.instance || "";
  const projectId = port?.projectId || endpoint?.projectId || null;
  const networkId = port?.networkId || endpoint?.networkId || null;
  const groups = port
    ? port.securityGroups.map((group) => names.groups.get(group) ?? endpoint?.groups.find((one) => one.id === group)?.name ?? group)
    : (endpoint?.groups.map(({ name }) => name) ?? []);
  return {
    port: id,
    instance,
    name: names.servers.get(instance) || port?.name || null,
    project: (projectId && names.projects.get(projectId)) || endpoint?.project || projectId,
    network: (networkId && names.networks.get(networkId)) || endpoint?.network || networkId,
    groups: groups.toSorted(),
    addresses: port ? port.addresses.map(({ address }) => address) : (endpoint?.addresses ?? []),
    floating: [...new Set(endpoints.flatMap((one) => one.floating.map(({ external }) => external)))],
    host: port?.host || endpoint?.host || null,
    places: endpoints.map(({ host }) => host),
    status: port?.status ?? null,
    felix: felix.state,
    felixAlive: felix.alive,
    inEtcd: asked.etcd ? endpoints.length > 0 : null,
    inNeutron: asked.neutron ? port !== null : null,
  };
}

/** `VM "web"`, or the instance's id where nobody knows a name. Names stand in quotes, so that they can be masked. */
export function sayVm({ name, instance, port }: VmPort): string {
  return name === null ? `VM ${instance === "" ? `port ${port}` : instance}` : `VM "${name}"`;
}

/** What one port's two sides do not agree about, or what keeps it from working. */
export function portFindings(sides: Sides, vm: VmPort): Finding[] {
  const about = { id: `port:${vm.port}`, hosts: vm.host === null ? [] : [vm.host] };
  const said = drift(sides, vm).map(([light, text, detail]) =>
    finding({ ...about, light, text, detail: detail === undefined ? [] : [detail] }),
  );
  return said;
}

type Said = ["bad" | "warn", string, string?];

function drift(sides: Sides, vm: VmPort): Said[] {
  const { endpoints, port } = sides;
  if (vm.inEtcd === true && vm.inNeutron === false)
    return [
      [
        "bad",
        `${sayVm(vm)} is in etcd but not in Neutron`,
        "a leftover endpoint: its address may be given to another VM; a resync of Neutron removes it",
      ],
    ];
  if (port !== null && vm.inEtcd === false && isOfVm(port)) {
    if (port.host === "" || port.vifType === "unbound") return [];
    return [
      [
        "bad",
        `${sayVm(vm)} is in Neutron${port.host === null ? "" : `, bound to ${port.host},`} but not in etcd`,
        "the driver has not written it: felix knows nothing of it, and it has no network",
      ],
    ];
  }
  const all = [binding(port, vm), places(sides, vm), addresses(endpoints, port, vm), groups(endpoints, port, vm), state(vm)];
  return all.filter((one) => one !== null);
}

function binding(port: Port | null, vm: VmPort): Said | null {
  if (port?.vifType !== "binding_failed") return null;
  return [
    "bad",
    `${sayVm(vm)} could not be bound to ${port.host ?? "its host"}: binding_failed`,
    "an endpoint in etcd does not prove that the port works",
  ];
}

function places({ endpoints, port, migrating }: Sides, vm: VmPort): Said | null {
  const hosts = [...new Set(endpoints.map(({ host }) => host))];
  if (hosts.length > 1) {
    const where = list(hosts);
    return migrating
      ? ["warn", `${sayVm(vm)} is being live-migrated: endpoints on ${where}`, "two routes to it for about 30 s are normal meanwhile"]
      : [
          "bad",
          `${sayVm(vm)} has endpoints on ${where} and no live migration runs`,
          "one of them is a leftover: both hosts announce the address",
        ];
  }
  const [host] = hosts;
  if (host === undefined || !port?.host || port.host === host) return null;
  return ["bad", `${sayVm(vm)} is on ${port.host} by Neutron and on ${host} by etcd`];
}

function addresses([endpoint]: readonly Endpoint[], port: Port | null, vm: VmPort): Said | null {
  if (endpoint === undefined || port === null) return null;
  const [here, there] = [endpoint.addresses, port.addresses.map(({ address }) => address)].map((all) => all.toSorted().join(", "));
  return here === there ? null : ["bad", `${sayVm(vm)} has ${there || "no address"} in Neutron and ${here || "no address"} in etcd`];
}

function groups([endpoint]: readonly Endpoint[], port: Port | null, vm: VmPort): Said | null {
  if (endpoint === undefined || port === null) return null;
  const ids = (all: readonly string[]): string => all.toSorted().join();
  if (ids(endpoint.groups.map(({ id }) => id)) === ids(port.securityGroups)) {
    const text = `${sayVm(vm)} has no security group: everything to and from it is dropped`;
    return port.securityGroups.length === 0 ? ["warn", text] : null;
  }
  const names = endpoint.groups.map(({ name }) => `"${name}"`).toSorted();
  return [
    "bad",
    `${sayVm(vm)} has other security groups in etcd (${names.join(", ") || "none"}) than in Neutron (${quoted(vm.groups) || "none"})`,
    "felix enforces those in etcd",
  ];
}

function state(vm: VmPort): Said | null {
  if (vm.felixAlive === false) return ["bad", `felix on ${vm.host} is silent: ${sayVm(vm)} gets no changes there`];
  if (vm.felix === "error") return ["bad", `felix on ${vm.host} could not set up ${sayVm(vm)}`];
  if (vm.felix === "up" && vm.status !== null && vm.status !== "ACTIVE")
    return ["warn", `felix has ${sayVm(vm)} up, Neutron says ${vm.status}`, "port states come by way of Neutron's master: see `agents`"];
  if (vm.felix === "down")
    return ["warn", `felix on ${vm.host} has ${sayVm(vm)} down: its tap is down or gone, as when it is switched off`];
  return null;
}

/** Names in quotes. */
export const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
