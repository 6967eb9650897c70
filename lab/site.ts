import { createHash } from "node:crypto";

/** What the lab consists of: names, addresses, who peers with whom, which VMs run where. Pure description. */

export const asNumber = 64512;
/** Where bot, Redis, Neutron and the workspace run: the bridge of the hosts' own segment. */
export const botAddress = "192.168.10.2";
export const etcdEndpoint = "http://192.168.10.10:2379";
export const keystonePort = 25000;
export const neutronPort = 29696;
export const slackPort = 3900;
export const subnet = { cidr: "10.65.0.0/24", gateway: "10.65.0.1", pool: "10.65.0.0/16" };
export const region = "no-region";

export type LabRole = "control" | "compute" | "reflector";

export interface LabHost {
  name: string;
  address: string;
  role: LabRole;
  /** Host names of its BGP peers. */
  peers: string[];
}

/** A VM port as Neutron knows it, and the host it runs on. */
export interface Workload {
  name: string;
  host: string;
  address: string;
  deviceId: string;
  portId: string;
  networkId: string;
  subnetId: string;
  projectId: string;
  projectName: string;
  mac: string;
  securityGroups: { id: string; name: string }[];
}

/** ctl1, compute1…, rr1: `count` hosts in all. compute1 and compute2 also peer with each other, compute2 with ctl1. */
export function hostsOf(count: number): LabHost[] {
  const computes = Array.from({ length: Math.max(2, count - 2) }, (_, i) => `compute${i + 1}`);
  const extra: Readonly<Record<string, string[]>> = { compute1: ["compute2"], compute2: ["compute1", "ctl1"] };
  return [
    { name: "ctl1", address: "192.168.10.10", role: "control", peers: ["rr1", "compute2"] },
    ...computes.map(
      (name, i): LabHost => ({ name, address: `192.168.10.${11 + i}`, role: "compute", peers: ["rr1", ...(extra[name] ?? [])] }),
    ),
    { name: "rr1", address: "192.168.10.254", role: "reflector", peers: ["ctl1", ...computes] },
  ];
}

/** The tap device of a port, as Neutron names it. */
export const tapOf = (workload: Pick<Workload, "portId">): string => `tap${workload.portId.slice(0, 11)}`;

/** A UUID that is the same in every run. */
export function stableId(text: string): string {
  const hex = createHash("md5").update(text).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const vmNames = ["web", "db", "app"];

/** One VM on each compute with ids of its own, for a lab without Neutron. */
export function defaultWorkloads(hosts: readonly LabHost[]): Workload[] {
  return hosts
    .filter((host) => host.role === "compute")
    .map((host, i) => {
      const name = vmNames[i] ?? `app${i + 1}`;
      const group = i % 2 === 0 ? "web" : "db";
      return {
        name,
        host: host.name,
        address: `10.65.0.${11 + i}`,
        deviceId: stableId(`device ${name}`),
        portId: stableId(`port ${name}`),
        networkId: stableId("network"),
        subnetId: stableId("subnet"),
        projectId: stableId("project shop"),
        projectName: "shop",
        mac: `fa:16:3e:00:00:${(11 + i).toString(16).padStart(2, "0")}`,
        securityGroups: [{ id: stableId(`group ${group}`), name: group }],
      };
    });
}
