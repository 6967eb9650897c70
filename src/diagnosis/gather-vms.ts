import { felixHost, portStateKey } from "../calico/keys.js";
import type { Answer, Ask } from "../cluster/ask.js";
import type { Cluster } from "../cluster/cluster.js";
import type { Range, Snapshot } from "../cluster/etcd.js";
import type { Listed, OpenStack, Port } from "../cluster/openstack.js";
import { type Endpoint, type Endpoints, stateIn } from "./endpoint.js";
import type { Finding } from "./finding.js";
import { type Gathering, limited } from "./gather.js";
import { type Names, portFindings, type Sides, type VmPort, vmPort } from "./vm-port.js";

/** What a question about VMs works with: its clock runs over all of its rounds. */
export interface Inquiry {
  cluster: Cluster;
  how: Gathering;
  /** Parts that could not be asked, and why; each is told once. */
  notAsked: { what: string; why: string }[];
  /** Keys in etcd whose value could not be read; one may stand here several times. */
  unreadable: string[];
}

/** Starts an inquiry whose rounds together take no longer than `how.within`. */
export function inquiry(cluster: Cluster, how: Gathering): Inquiry {
  const end = how.now() + how.within;
  return {
    cluster,
    notAsked: [],
    unreadable: [],
    how: {
      ...how,
      get within() {
        return Math.max(200, end - how.now());
      },
    },
  };
}

/** One part of a round; null = it gave no answer, which is noted. */
export async function part<T>({ how, notAsked }: Inquiry, what: string, work: (ask: Ask) => Promise<Answer<T>>): Promise<T | null> {
  const got = await limited(what, work, how);
  if (got.ok) return got.value;
  const why = got.failure.message;
  if (!notAsked.some((one) => one.what === what && one.why === why)) notAsked.push({ what, why });
  return null;
}

/** Ranges of etcd; null = no answer. */
export const read = (asking: Inquiry, ranges: readonly Range[]): Promise<Snapshot | null> =>
  part(asking, "etcd", (ask) => asking.cluster.etcd.read(ranges, ask));

/** A question to OpenStack; null = no answer, or none is configured. */
export async function cloud<T>(
  asking: Inquiry,
  what: string,
  work: (openstack: OpenStack, ask: Ask) => Promise<Answer<T>>,
): Promise<T | null> {
  const { openstack } = asking.cluster;
  if (openstack !== null) return part(asking, what, (ask) => work(openstack, ask));
  const why = "OpenStack is not configured on this worker";
  if (!asking.notAsked.some((one) => one.why === why)) asking.notAsked.push({ what: "Neutron", why });
  return null;
}

/** What was found of VM ports on either side, before names and states are known. */
export interface Found {
  /** Null = etcd gave no answer. */
  endpoints: readonly Endpoint[] | null;
  /** Every endpoint in etcd, to look up those of ports that only Neutron matched. */
  all: Endpoints | null;
  /** Null = Neutron gave no answer. */
  ports: readonly Port[] | null;
  /** Whether the bot's user sees every project: only then is a port that Neutron does not show not there. */
  everything: boolean;
  /** Ports that are known to migrate. */
  migrating: ReadonlySet<string>;
}

/** Joins both sides by port id, asks the side that lacks one for it, and adds names and felix' states. */
export async function vmsOf(asking: Inquiry, found: Found): Promise<{ vms: VmPort[]; findings: Finding[] }> {
  const ids = [...new Set([...(found.endpoints ?? []).map(({ port }) => port), ...(found.ports ?? []).map(({ id }) => id)])];
  const ports = await otherPorts(asking, found.ports, ids);
  const matched = ids.map((id): Sides => {
    const endpoints = found.all?.ofPort(id) ?? [];
    const port = ports?.find((one) => one.id === id) ?? null;
    const asked = { etcd: found.endpoints !== null, neutron: ports !== null && (port !== null || found.everything) };
    return { id, endpoints, port, asked, migrating: found.migrating.has(id), felix: { state: null, alive: null } };
  });
  const [names, states] = await Promise.all([namesOf(asking, matched), statesOf(asking, matched)]);
  const told = matched.map((one) => ({ ...one, felix: states.get(one.id) ?? one.felix }));
  const vms = told.map((one) => vmPort(one, names));
  return { vms, findings: told.flatMap((one, i) => (vms[i] ? portFindings(one, vms[i]) : [])) };
}

/** Ports of endpoints that Neutron was not asked for by what it knows of them: are they there at all? */
async function otherPorts(asking: Inquiry, ports: readonly Port[] | null, ids: readonly string[]): Promise<readonly Port[] | null> {
  if (ports === null) return null;
  const missing = ids.filter((id) => !ports.some((port) => port.id === id));
  if (missing.length === 0) return ports;
  const more = await cloud(asking, "Neutron", (openstack, ask) => openstack.ports({ ids: missing }, ask));
  return more === null ? null : [...ports, ...more.rows];
}

async function statesOf(asking: Inquiry, sides: readonly Sides[]): Promise<Map<string, Sides["felix"]>> {
  const states = new Map<string, Sides["felix"]>();
  const { region } = asking.cluster;
  const wanted = sides.flatMap(({ id, endpoints, port }) => {
    const endpoint = endpoints.find(({ host }) => host === port?.host) ?? endpoints[0];
    return endpoint === undefined ? [] : [{ id, endpoint }];
  });
  if (wanted.length === 0) return states;
  const keys = wanted.flatMap(({ endpoint }) => [portStateKey(region, endpoint), `${felixHost(region, endpoint.host)}status`]);
  const snapshot = await read(
    asking,
    keys.map((key) => ({ key })),
  );
  if (snapshot === null) return states;
  wanted.forEach(({ id }, i) => {
    const [state, beat] = [snapshot.ranges[2 * i]?.kvs[0], snapshot.ranges[2 * i + 1]?.kvs[0]];
    states.set(id, { state: state === undefined ? null : stateIn(state.value), alive: beat !== undefined });
  });
  return states;
}

/** Names of projects are asked for one by one: Keystone finds none by several ids. */
const mostProjects = 20;

async function namesOf(asking: Inquiry, sides: readonly Sides[]): Promise<Names> {
  const ports = sides.flatMap(({ port }) => (port === null ? [] : [port]));
  const ids = (all: readonly string[]): string[] => [...new Set(all.filter((id) => id !== ""))];
  const [networks, groups, projects, servers] = await Promise.all([
    named(ids(ports.map(({ networkId }) => networkId)), (some) =>
      cloud(asking, "Neutron", (openstack, ask) => openstack.networks({ ids: some }, ask)),
    ),
    named(ids(ports.flatMap(({ securityGroups }) => securityGroups)), (some) =>
      cloud(asking, "Neutron", (openstack, ask) => openstack.securityGroups({ ids: some }, ask)),
    ),
    projectNames(asking, ids(ports.map(({ projectId }) => projectId))),
    oneByOne(ids(ports.map(({ deviceId }) => deviceId)), (id) => cloud(asking, "Nova", (openstack, ask) => openstack.servers({ id }, ask))),
  ]);
  return { networks, groups, projects, servers };
}

/** What projects are called, as far as Keystone tells the bot's user. */
export const projectNames = (asking: Inquiry, ids: readonly string[]): Promise<Map<string, string>> =>
  oneByOne(ids, (id) => cloud(asking, "Keystone", (openstack, ask) => openstack.projects({ id }, ask)));

interface Row {
  id: string;
  name: string;
}

async function named(ids: readonly string[], ask: (ids: readonly string[]) => Promise<Listed<Row> | null>): Promise<Map<string, string>> {
  const found = ids.length === 0 ? null : await ask(ids);
  return new Map((found?.rows ?? []).map(({ id, name }) => [id, name]));
}

async function oneByOne(ids: readonly string[], ask: (id: string) => Promise<Listed<Row> | null>): Promise<Map<string, string>> {
  const found = await Promise.all(ids.slice(0, mostProjects).map(ask));
  return new Map(found.flatMap((one) => (one?.rows ?? []).map(({ id, name }) => [id, name])));
}
