import { z } from "zod";
import { placeOf } from "../calico/keys.js";
import { kindOf, kindPrefix, kinds } from "../calico/kinds.js";
import { securityGroupOf } from "../calico/names.js";
import type { Cluster } from "../cluster/cluster.js";
import type { Listed, Named, Port, Server } from "../cluster/openstack.js";
import { type Endpoint, type Endpoints, endpointsIn } from "./endpoint.js";
import { Finding, sorted } from "./finding.js";
import type { Gathering } from "./gather.js";
import { cloud, type Inquiry, inquiry, projectNames, read, vmsOf } from "./gather-vms.js";
import { migratingPorts } from "./ip.js";
import { count, list } from "./say.js";
import { VmPort } from "./vm-port.js";

const Thing = z.object({
  /** `project`, `network`, `GlobalNetworkPolicy`, `host`, … */
  kind: z.string(),
  name: z.string(),
  id: z.string().nullable(),
  project: z.string().nullable(),
  /** What is known of it, and where from. */
  text: z.string(),
  /** The command that answers about it; null = there is none. */
  line: z.string().nullable(),
});
export type Thing = z.infer<typeof Thing>;

/** Everything that has a name or an id. */
export const FindAnswer = z.object({
  cluster: z.string(),
  at: z.number(),
  word: z.string(),
  vms: z.array(VmPort),
  /** How many VM ports matched; `vms` holds the first of them. */
  vmCount: z.number(),
  things: z.array(Thing),
  findings: z.array(Finding),
  notAsked: z.array(z.object({ what: z.string(), why: z.string() })),
  /** Names that are there, for "did you mean". */
  alike: z.array(z.string()),
});
export type FindAnswer = z.infer<typeof FindAnswer>;

/** More VMs are counted, not told. */
const mostVms = 20;
const id = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/** Looks for a word among VM ports, instances, projects, networks, groups, hosts and every Calico object, by its whole name or id. */
export async function findWord(cluster: Cluster, typed: string, how: Gathering): Promise<FindAnswer> {
  const asking = inquiry(cluster, how);
  const isId = id.test(typed);
  const word = isId ? typed.toLowerCase() : typed;
  const [stored, told] = await Promise.all([fromEtcd(asking, word), isId ? byId(asking, word) : byName(asking, word)]);
  const endpoints = stored.all?.matching(
    (text) => text.includes(word),
    ({ port, instance, name }) => [port, instance, name].includes(word),
  );
  const ports = told.ports;
  const matched = unique([...(endpoints ?? []).map(({ port }) => port), ...(ports ?? []).map((port) => port.id)]);
  const kept = new Set(matched.slice(0, mostVms));
  const { vms, findings } = await vmsOf(asking, {
    endpoints: endpoints?.filter(({ port }) => kept.has(port)) ?? null,
    all: stored.all,
    ports: ports?.filter((port) => kept.has(port.id)) ?? null,
    everything: told.everything,
    migrating: stored.migrating,
  });
  const things = [
    ...hostThings(cluster, word),
    ...told.things,
    ...labelThings(stored.all, word, told.things),
    ...stored.things,
    ...told.idle,
  ];
  const projects = await projectNames(asking, unique(things.flatMap(({ project }) => project ?? [])));
  return {
    cluster: cluster.name,
    at: how.now(),
    word,
    vms,
    vmCount: matched.length,
    things: things.map((thing) => ({ ...thing, project: (thing.project && projects.get(thing.project)) ?? thing.project })),
    findings: sorted(findings),
    notAsked: asking.notAsked,
    alike: unique([...cluster.hosts.map(({ name }) => name), ...stored.names]),
  };
}

const unique = (all: readonly string[]): string[] => [...new Set(all)];

function hostThings({ hosts }: Cluster, word: string): Thing[] {
  return hosts
    .filter(({ name, address, bgp }) => name === word || address === word || bgp.includes(word))
    .map(({ name, address, role }) => ({
      kind: "host",
      name,
      id: null,
      project: null,
      text: `${role}, ${address}, from the config`,
      line: `bgp ${name}`,
    }));
}

interface Stored {
  all: Endpoints | null;
  migrating: ReadonlySet<string>;
  things: Thing[];
  names: string[];
}

async function fromEtcd(asking: Inquiry, word: string): Promise<Stored> {
  const endpoint = kindOf("WorkloadEndpoint");
  const objects = kinds.filter((kind) => kind !== endpoint);
  const snapshot = await read(asking, [
    { prefix: kindPrefix(endpoint) },
    { prefix: kindPrefix(kindOf("LiveMigration")) },
    ...objects.map((kind) => ({ prefix: kindPrefix(kind), keysOnly: true })),
  ]);
  if (snapshot === null) return { all: null, migrating: new Set(), things: [], names: [] };
  const [weps, migrations, ...rest] = snapshot.ranges;
  const named = objects.flatMap((kind, i) =>
    (rest[i]?.kvs ?? []).flatMap(({ key }) => {
      const place = placeOf(kind, key);
      return place ? [{ kind: kind.kind, name: place.name, namespace: place.namespace }] : [];
    }),
  );
  return {
    all: endpointsIn(weps?.kvs ?? []),
    migrating: migratingPorts(migrations?.kvs ?? []),
    things: named.filter(({ name }) => name === word || securityGroupOf(name) === word || name === `default.${word}`).map(objectThing),
    names: unique(named.map(({ name }) => name).filter((name) => securityGroupOf(name) === null)),
  };
}

function objectThing({ kind, name, namespace }: { kind: string; name: string; namespace: string | null }): Thing {
  const group = securityGroupOf(name);
  const where = namespace === null ? "" : ` in namespace ${namespace}`;
  const text = group === null ? `Calico object${where}, from etcd` : `a security group as Calico enforces it${where}, from etcd`;
  return { kind, name, id: null, project: null, text, line: policyLine(kind, name, namespace) };
}

/** Policies have a command of their own. */
function policyLine(kind: string, name: string, namespace: string | null): string | null {
  if (kind === "NetworkPolicy") return `policy np/${namespace ?? "default"}/${name}`;
  return kind === "GlobalNetworkPolicy" ? `policy gnp/${name}` : null;
}

/** Projects, networks and groups by the labels of endpoints: all that there is while Neutron is away. */
function labelThings(all: Endpoints | null, word: string, known: readonly Thing[]): Thing[] {
  if (all === null) return [];
  const using: [string, (endpoint: Endpoint) => string | null][] = [
    ["project", ({ project, projectId }) => (project === word || projectId === word ? projectId : null)],
    ["network", ({ network, networkId }) => (network === word || networkId === word ? (networkId ?? network) : null)],
    ["security group", ({ groups }) => groups.find((group) => group.name === word || group.id === word)?.id ?? null],
  ];
  // What Keystone or Neutron told needs no search through every endpoint.
  const open = using.filter(([kind]) => !known.some((thing) => thing.kind === kind));
  return open.flatMap(([kind, of]) => {
    const byId = new Map<string, Endpoint[]>();
    for (const endpoint of all.matching(
      (text) => text.includes(word),
      (one) => of(one) !== null,
    )) {
      const key = of(endpoint) ?? "";
      byId.set(key, [...(byId.get(key) ?? []), endpoint]);
    }
    return [...byId].map(([key, endpoints]): Thing => {
      const hosts = unique(endpoints.map(({ host }) => host));
      const projects = unique(endpoints.map(({ project }) => project ?? "?"));
      const text = `${count(endpoints.length, "VM port")} on ${list(hosts, 3)} by labels in etcd`;
      return { kind, name: word, id: key, project: kind === "project" ? null : list(projects, 3), text, line: null };
    });
  });
}

interface Told {
  /** Ports of VMs. */
  ports: Port[] | null;
  things: Thing[];
  /** Ports of nobody, and instances without a port. */
  idle: Thing[];
  everything: boolean;
}

async function byId(asking: Inquiry, word: string): Promise<Told> {
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

async function byName(asking: Inquiry, word: string): Promise<Told> {
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
