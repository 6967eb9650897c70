import { pause } from "../hosts/state.js";
import { subnet, type Workload } from "../site.js";
import { type Api, Refusal } from "./api.js";

interface Created {
  id: string;
}

interface Port extends Created {
  mac_address: string;
}

/** Which port of the security groups is open; the rest of a group is Neutron's default. */
const open: Readonly<Record<string, number>> = { web: 80, db: 5432 };

/** Makes network, subnet, security groups and a port for each workload in Neutron; returns the workloads with Neutron's own ids. */
export async function makeCloud(api: Api, project: { id: string; name: string }, wanted: readonly Workload[]): Promise<Workload[]> {
  const owner = { project_id: project.id };
  const network = await api.create<Created>("network", "/networks", { network: { ...owner, name: "tenant", shared: true } });
  const range = { ip_version: 4, cidr: subnet.cidr, gateway_ip: subnet.gateway, name: "tenant-v4" };
  const { id: subnetId } = await api.create<Created>("network", "/subnets", { subnet: { ...owner, network_id: network.id, ...range } });
  const groups = await makeGroups(api, owner, wanted);
  const made: Workload[] = [];
  for (const workload of wanted) {
    const securityGroups = workload.securityGroups.map(({ name }) => ({ name, id: groups.get(name) ?? "" }));
    const port = await makePort(api, { ...owner, network_id: network.id }, { ...workload, subnetId, securityGroups });
    const ids = { portId: port.id, mac: port.mac_address, networkId: network.id, subnetId, projectId: project.id };
    made.push({ ...workload, ...ids, projectName: project.name, securityGroups });
  }
  return made;
}

async function makeGroups(api: Api, owner: object, wanted: readonly Workload[]): Promise<Map<string, string>> {
  const names = new Set(wanted.flatMap(({ securityGroups }) => securityGroups.map(({ name }) => name)));
  const groups = new Map<string, string>();
  for (const name of names) {
    const group = await api.create<Created>("network", "/security-groups", { security_group: { ...owner, name } });
    const rule = { ...owner, security_group_id: group.id, direction: "ingress", ethertype: "IPv4" };
    const port = open[name];
    const rules = [{ ...rule, protocol: "icmp" }, ...(port === undefined ? [] : [tcp(rule, port)])];
    for (const one of rules) await api.create("network", "/security-group-rules", { security_group_rule: one });
    groups.set(name, group.id);
  }
  return groups;
}

const tcp = (rule: object, port: number): object => ({ ...rule, protocol: "tcp", port_range_min: port, port_range_max: port });

/** As Nova makes it: for an instance, not yet bound to a host. */
const makePort = (api: Api, owner: object, { name, deviceId, address, subnetId, securityGroups }: Workload): Promise<Port> =>
  api.create<Port>("network", "/ports", {
    port: {
      ...owner,
      name,
      device_id: deviceId,
      device_owner: "compute:nova",
      fixed_ips: [{ subnet_id: subnetId, ip_address: address }],
      security_groups: securityGroups.map(({ id }) => id),
    },
  });

/**
 * Binds each port to its host, as Nova does when the instance starts; a host without a live felix agent refuses it. Neutron answers
 * 500 when a heartbeat is written to its SQLite file in the same moment, the more often the more hosts there are: asked again then.
 */
export async function bindPorts(api: Pick<Api, "put">, workloads: readonly Workload[]): Promise<void> {
  for (const { portId, host } of workloads)
    await again(() => api.put("network", `/ports/${portId}`, { port: { "binding:host_id": host } }), 5);
}

async function again(work: () => Promise<void>, tries: number): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (tries <= 1 || !(error instanceof Refusal) || error.status !== 500) throw error;
    await pause(200);
    await again(work, tries - 1);
  }
}
