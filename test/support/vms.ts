import type { Port } from "../../src/cluster/openstack.js";
import { port } from "./openstack.js";

const v3 = "/calico/resources/v3/projectcalico.org";
const doubled = (part: string): string => part.replaceAll("-", "--");

/** A VM to be told to etcd, to Neutron, or to both. */
export interface Vm {
  id: string;
  address: string;
  host?: string;
  floating?: string;
  /** Ids; named `web` and so on after their last letter's place is of no matter. */
  groups?: readonly string[];
  project?: string;
  allowed?: readonly string[];
}

/** Keys as the driver writes them: endpoint, felix' state of it, felix' sign of life. */
export function endpointKeys({
  id,
  address,
  host = "c1",
  floating,
  groups = ["g-web"],
  project = "shop",
  allowed = [],
}: Vm): Record<string, string> {
  const name = [host, "openstack", `vm-${id}`, id].map(doubled).join("-");
  const labels = {
    ...Object.fromEntries(groups.map((group) => [`sg.projectcalico.org/openstack-${group}`, group.slice(2)])),
    "projectcalico.org/openstack-project-id": `p-${project}`,
    "projectcalico.org/openstack-project-name": project,
    "projectcalico.org/openstack-network-name": "tenant",
  };
  const spec = {
    orchestrator: "openstack",
    workload: `vm-${id}`,
    node: host,
    endpoint: id,
    interfaceName: `tap${id}`,
    ipNetworks: [`${address}/${address.includes(":") ? 128 : 32}`, ...allowed],
    allowedIps: [...allowed],
    ...(floating === undefined ? {} : { ipNATs: [{ internalIP: address, externalIP: floating }] }),
  };
  return {
    [`${v3}/workloadendpoints/openstack/${name}`]: JSON.stringify({
      kind: "WorkloadEndpoint",
      metadata: { name, namespace: "openstack", labels },
      spec,
    }),
    [`/calico/felix/v2/no-region/host/${host}/workload/openstack/openstack%2fvm-${id}/endpoint/${id}`]: '{"status":"up"}',
    [`/calico/felix/v2/no-region/host/${host}/status`]: '{"time":"2026-01-02T03:07:10Z","uptime":9}',
  };
}

/** The same VM's port in Neutron. */
export function neutronPort({ id, address, host = "c1", groups = ["g-web"], project = "shop" }: Vm, change: Partial<Port> = {}): Port {
  const addresses = [{ address, subnetId: "s-1" }];
  return port(id, { name: `port-${id}`, addresses, host, securityGroups: [...groups], projectId: `p-${project}`, ...change });
}

/** What else Neutron knows of them. */
export const surroundings = {
  networks: [{ id: "n-1", name: "tenant", projectId: "p-shop" }],
  subnets: [{ id: "s-1", name: "tenant-v4", networkId: "n-1", cidr: "10.65.0.0/24", gateway: "10.65.0.1", dhcp: true }],
  securityGroups: [
    { id: "g-web", name: "web", projectId: "p-shop" },
    { id: "g-db", name: "db", projectId: "p-shop" },
  ],
  projects: [
    { id: "p-shop", name: "shop" },
    { id: "p-ci", name: "ci" },
  ],
};
