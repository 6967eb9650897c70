import type { Listed, Named, Port, Server } from "../cluster/openstack.js";
import type { Thing } from "./find-things.js";
import { cloud, type Inquiry } from "./gather-vms.js";

/** Instances of one name whose ports are asked for. */
const mostVms = 20;

/** What OpenStack has under a word. */
export interface Told {
  /** Ports of VMs. */
  ports: Port[] | null;
  things: Thing[];
  /** Ports of nobody, and instances without a port. */
  idle: Thing[];
  everything: boolean;
}

/** By an id, which is asked of everything that has one. */
export async function byId(asking: Inquiry, word: string): Promise<Told> {
  const dashed = [word];
  const [ports, ofVm, networks, subnets, groups, projects, agents] = await Promise.all([
    cloud(asking, "Neutron", (openstack, ask) => openstack.ports({ ids: dashed }, ask)),
    cloud(asking, "Neutron", (openstack, ask) => openstack.ports({ deviceId: word }, ask)),
    cloud(asking, "Neutron", (openstack, ask) => openstack.networks({ ids: dashed }, ask)),
    cloud(asking, "Neutron", (openstack, ask) => openstack.subnets({ ids: dashed }, ask)),
    cloud(asking, "Neutron", (openstack, ask) => openstack.securityGroups({ ids: dashed }, ask)),
    cloud(asking, "Keystone", (openstack, ask) => openstack.projects({ id: word.replaceAll("-", "") }, ask)),
    cloud(asking, "Neutron", (openstack, ask) => openstack.agents(ask)),
  ]);
  const all = ports === null || ofVm === null ? null : [...ports.rows, ...ofVm.rows];
  return { ...split(all), things: thingsOf({ networks, subnets, groups, projects }), everything: agents?.visible ?? false };
}

/** By a whole name; of instances their ports too. */
export async function byName(asking: Inquiry, word: string): Promise<Told> {
  const name = word;
  const [ports, servers, networks, subnets, groups, projects, agents] = await Promise.all([
    cloud(asking, "Neutron", (openstack, ask) => openstack.ports({ name }, ask)),
    cloud(asking, "Nova", (openstack, ask) => openstack.servers({ name }, ask)),
    cloud(asking, "Neutron", (openstack, ask) => openstack.networks({ name }, ask)),
    cloud(asking, "Neutron", (openstack, ask) => openstack.subnets({ name }, ask)),
    cloud(asking, "Neutron", (openstack, ask) => openstack.securityGroups({ name }, ask)),
    cloud(asking, "Keystone", (openstack, ask) => openstack.projects({ name }, ask)),
    cloud(asking, "Neutron", (openstack, ask) => openstack.agents(ask)),
  ]);
  const instances = servers?.rows ?? [];
  const theirs = await Promise.all(
    instances
      .slice(0, mostVms)
      .map((server) => cloud(asking, "Neutron", (openstack, ask) => openstack.ports({ deviceId: server.id }, ask))),
  );
  const all = ports === null ? null : [...ports.rows, ...theirs.flatMap((one) => one?.rows ?? [])];
  const found = split(all);
  const bare = instances.filter(({ id: instance }) => !(all ?? []).some(({ deviceId }) => deviceId === instance)).map(serverThing);
  return {
    ports: found.ports,
    idle: [...found.idle, ...bare],
    things: thingsOf({ networks, subnets, groups, projects }),
    everything: agents?.visible ?? false,
  };
}

/** Ports of instances are VMs; others are shown as what they are. */
function split(all: readonly Port[] | null): Pick<Told, "ports" | "idle"> {
  if (all === null) return { ports: null, idle: [] };
  const rows = [...new Map(all.map((port) => [port.id, port])).values()];
  const ofVm = (port: Port): boolean => port.deviceOwner.startsWith("compute:") || port.deviceOwner.startsWith("kuryr:");
  const idle = rows
    .filter((port) => !ofVm(port))
    .map((port): Thing => {
      const text = `${port.deviceOwner || "used by no device"}, ${port.addresses.map(({ address }) => address).join(", ") || "no address"}, from Neutron`;
      return { kind: "port", name: port.name || port.id, id: port.id, project: port.projectId, text, line: null };
    });
  return { ports: rows.filter(ofVm), idle };
}

const serverThing = ({ id: instance, name, projectId, status }: Server): Thing => ({
  kind: "instance",
  name,
  id: instance,
  project: projectId,
  text: `${status}, no port, from Nova`,
  line: null,
});

interface Lists {
  networks: Listed<Named & { projectId: string }> | null;
  subnets: Listed<Named & { cidr: string }> | null;
  groups: Listed<Named & { projectId: string }> | null;
  projects: Listed<Named> | null;
}

function thingsOf({ networks, subnets, groups, projects }: Lists): Thing[] {
  const thing = (kind: string, { id: own, name }: Named, project: string | null, text: string): Thing => ({
    kind,
    name: name || own,
    id: own,
    project,
    text,
    line: null,
  });
  return [
    ...(projects?.rows ?? []).map((row) => thing("project", row, null, "from Keystone")),
    ...(networks?.rows ?? []).map((row) => thing("network", row, row.projectId, "from Neutron")),
    ...(subnets?.rows ?? []).map((row) => thing("subnet", row, null, `${row.cidr}, from Neutron`)),
    ...(groups?.rows ?? []).map((row) => thing("security group", row, row.projectId, "from Neutron")),
  ];
}
