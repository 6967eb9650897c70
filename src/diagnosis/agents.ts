import { z } from "zod";
import { electionKey } from "../calico/keys.js";
import type { Cluster } from "../cluster/cluster.js";
import type { NeutronAgent } from "../cluster/openstack.js";
import { hintOf } from "../contract/failure.js";
import { agents as agentCheck } from "./checks/agents.js";
import { datastore as datastoreCheck } from "./checks/datastore.js";
import { felix as felixCheck } from "./checks/felix.js";
import { ports as portCheck, recentOf } from "./checks/ports.js";
import type { Facts } from "./facts.js";
import { Finding, finding, sorted } from "./finding.js";
import { askPorts, type Gathering, limited, readDatastore } from "./gather.js";
import { RecentPorts } from "./recent-ports.js";
import { count, list } from "./say.js";
import { felixOf } from "./summary.js";

const AgentRow = z.object({
  host: z.string(),
  /** Null = Neutron has no such agent. Age of the heartbeat in ms, null = unreadable. */
  agent: z.object({ alive: z.boolean(), adminUp: z.boolean(), age: z.number().nullable() }).nullable(),
  /** felix' own key in etcd, and its age in ms. */
  felix: z.enum(["fresh", "late", "gone", "unknown", "none"]),
  felixAge: z.number().nullable(),
  inConfig: z.boolean(),
  maintenance: z.boolean(),
});
export type AgentRow = z.infer<typeof AgentRow>;

/** Neutron's agents beside felix' own keys, and whether new VMs get a network. */
export const AgentsAnswer = z.object({
  cluster: z.string(),
  at: z.number(),
  /** Why Neutron gave no answer; null = it did. */
  unasked: z.object({ message: z.string(), hint: z.string() }).nullable(),
  /** False = the bot's user may not see agents, which is not the same as none. */
  visible: z.boolean(),
  roles: z.array(z.string()),
  rows: z.array(AgentRow),
  /** Agents of other kinds, as `binary on host`, with whether Neutron calls them alive. */
  others: z.array(z.object({ text: z.string(), alive: z.boolean() })),
  ports: RecentPorts.nullable(),
  /** `<name>:<pid>` of the key; null = nobody holds it. */
  master: z.string().nullable(),
  masterKey: z.string(),
  findings: z.array(Finding),
  notAsked: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type AgentsAnswer = z.infer<typeof AgentsAnswer>;

/** Asks Neutron and etcd, and nobody else. */
export async function gatherAgents(cluster: Cluster, how: Gathering): Promise<Facts> {
  const at = how.now();
  const { name, thresholds, openstack, hosts } = cluster;
  const unasked = { ok: false as const, failure: { code: "not_found" as const, message: "not asked" } };
  const [agents, ports, datastore] = await Promise.all([
    openstack && limited("Neutron", openstack.agents.bind(openstack), how),
    openstack && limited("Neutron", askPorts(openstack, at), how),
    limited("etcd", (ask) => readDatastore(cluster, ask), how),
  ]);
  return { cluster: name, thresholds, hosts, birds: new Map(), etcd: unasked, datastore, openstack: agents, ports, calicoctl: null, at };
}

/** Agents of felix, a row for each host that somebody knows; worst first. */
export function agentsAnswer(facts: Facts, region: string): AgentsAnswer {
  const { openstack, datastore } = facts;
  const all = openstack?.ok ? openstack.value.agents : [];
  const felix = all.filter(isFelix);
  const findings = [agentCheck, felixCheck, datastoreCheck, portCheck, strangers].flatMap((check) => check(facts));
  return {
    cluster: facts.cluster,
    at: facts.at,
    unasked: unaskedBecause(openstack),
    visible: openstack?.ok ? openstack.value.visible : false,
    roles: openstack?.ok ? openstack.value.roles : [],
    rows: rowsOf(facts, felix),
    others: all.filter((agent) => !isFelix(agent)).map(({ binary, host, alive }) => ({ text: `${binary} on ${host}`, alive })),
    ports: recentOf(facts),
    master: datastore.ok ? datastore.value.master : null,
    masterKey: electionKey(region),
    findings: sorted(findings),
    notAsked: [
      ...(datastore.ok ? [] : [{ what: "etcd", why: datastore.failure.message }]),
      ...(openstack?.ok && facts.ports && !facts.ports.ok ? [{ what: "ports in Neutron", why: facts.ports.failure.message }] : []),
    ],
  };
}

const isFelix = ({ binary }: NeutronAgent): boolean => binary === "calico-felix";

function unaskedBecause(openstack: Facts["openstack"]): AgentsAnswer["unasked"] {
  if (openstack === null) return { message: "OpenStack is not configured on this worker", hint: "fill `worker.openstack` of the config" };
  return openstack.ok ? null : { message: openstack.failure.message, hint: hintOf(openstack.failure) };
}

function rowsOf(facts: Facts, felix: readonly NeutronAgent[]): AgentRow[] {
  const expected = facts.hosts.filter((host) => host.felix);
  const keys = facts.datastore.ok ? [...facts.datastore.value.felix].filter(([, { alive }]) => alive !== null).map(([host]) => host) : [];
  const hosts = new Set([...expected.map(({ name }) => name), ...felix.map(({ host }) => host), ...keys]);
  return [...hosts]
    .map((name): AgentRow => {
      const known = facts.hosts.find((host) => host.name === name);
      const row = felix.find(({ host }) => host === name);
      const age = row === undefined || row.heartbeatAt === null ? null : facts.at - row.heartbeatAt;
      return {
        host: name,
        agent: row === undefined ? null : { alive: row.alive, adminUp: row.adminUp, age },
        ...felixOf(facts, { name, felix: true }),
        inConfig: known !== undefined,
        maintenance: known?.maintenance ?? false,
      };
    })
    .toSorted((a, b) => badness(b) - badness(a) || a.host.localeCompare(b.host, "en", { numeric: true }));
}

const badness = ({ agent, felix, inConfig }: AgentRow): number =>
  (agent?.alive ? 0 : 4) + (felix === "gone" ? 2 : 0) + (felix === "late" || !inConfig ? 1 : 0);

/** Agents of hosts that the config does not list: a host forgotten there, or a name that differs by a letter. */
function strangers(facts: Facts): Finding[] {
  if (!facts.openstack?.ok) return [];
  const known = new Set(facts.hosts.map(({ name }) => name));
  const felt = facts.datastore.ok ? facts.datastore.value.felix : new Map<string, { alive: number | null }>();
  // Those with a live felix key are told by the check of felix.
  const names = facts.openstack.value.agents
    .filter((agent) => isFelix(agent) && !known.has(agent.host) && (felt.get(agent.host)?.alive ?? null) === null)
    .map(({ host }) => host);
  if (names.length === 0) return [];
  const text = `${count(names.length, "felix agent")} in Neutron of ${names.length === 1 ? "a host" : "hosts"} not in config: ${list(names)}`;
  const detail = ["a row never goes away by itself: `openstack network agent delete` removes that of a host which is gone"];
  return [finding({ id: "agents:strangers", light: "warn", text, detail, hosts: names })];
}
