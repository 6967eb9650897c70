import { z } from "zod";
import type { Host } from "../cluster/inventory.js";
import { recentOf } from "./checks/ports.js";
import { diagnose } from "./diagnose.js";
import { type Expected, expectations, farEnds } from "./expected.js";
import type { Facts } from "./facts.js";
import { Finding } from "./finding.js";
import { byEnd, inMaintenance, isUp, type Link, linksOf } from "./links.js";
import { RecentPorts } from "./recent-ports.js";

const UpOf = z.object({ up: z.number(), of: z.number() });

export const HostRow = z.object({
  name: z.string(),
  role: z.string(),
  /** Milliseconds since felix' last key; negative never; null = none expected or not readable. */
  felixAge: z.number().nullable(),
  felix: z.enum(["fresh", "late", "gone", "unknown", "none"]),
  bgp: UpOf.nullable(),
  /** Where the expected number of sessions comes from. */
  expected: z.enum(["config", "majority", "none"]),
  routes: z.number().nullable(),
  recovering: z.boolean(),
  vms: z.number().nullable(),
  maintenance: z.boolean(),
});
export type HostRow = z.infer<typeof HostRow>;

/** The state of one cluster as it crosses from worker to bot: what is wrong, and the numbers of what is right. */
export const Summary = z.object({
  cluster: z.string(),
  /** Epoch ms, the worker's clock. */
  at: z.number(),
  findings: z.array(Finding),
  hosts: z.array(HostRow),
  /** `oneEnd`: sessions of which an end that is ours could not be read, so that "up" is only half proven. */
  bgp: z.object({ up: z.number(), of: z.number(), oneEnd: z.number() }),
  felix: UpOf.nullable(),
  etcd: z
    .object({
      up: z.number(),
      of: z.number(),
      dbSize: z.number().nullable(),
      quota: z.number(),
      /** Null = they could not be asked for. */
      alarms: z.array(z.string()).nullable(),
      version: z.string().nullable(),
    })
    .nullable(),
  /** Null = datastore unreadable. */
  datastore: z
    .object({
      revision: z.number(),
      ready: z.boolean().nullable(),
      master: z.string().nullable(),
      vms: z.number(),
      policies: z.object({ human: z.number(), securityGroups: z.number(), tiers: z.number() }),
      pools: z.array(
        z.object({ name: z.string(), cidr: z.string(), encapsulation: z.string(), natOutgoing: z.boolean(), disabled: z.boolean() }),
      ),
    })
    .nullable(),
  agents: z.object({ alive: z.number(), of: z.number(), visible: z.boolean(), oldest: z.number().nullable() }).nullable(),
  /** Do new VMs get a network? Left out or null = not known. */
  ports: RecentPorts.nullish(),
  calicoctl: z.object({ client: z.string(), cluster: z.string().nullable() }).nullable(),
  /** Parts and hosts that could not be asked, with the reason. */
  notAsked: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type Summary = z.infer<typeof Summary>;

/** Facts as the summary that is sent and shown. */
export function summarise(facts: Facts): Summary {
  const links = linksOf(facts);
  const counted = links.filter((link) => !inMaintenance(facts, link));
  const linksAt = byEnd(links);
  const expectedOf = expectations(facts);
  const felix = facts.hosts.filter((host) => host.felix && !host.maintenance);
  const rows = facts.hosts.map((host) => hostRow(facts, host, { links: linksAt.get(host.name) ?? [], expected: expectedOf(host) }));
  const agents = facts.openstack?.ok ? facts.openstack.value : null;
  const beats = (agents?.agents ?? []).flatMap((agent) => (agent.heartbeatAt === null ? [] : [facts.at - agent.heartbeatAt]));
  return {
    cluster: facts.cluster,
    at: facts.at,
    findings: diagnose(facts),
    hosts: rows,
    bgp: { up: counted.filter(isUp).length, of: counted.length, oneEnd: counted.filter((link) => halfRead(facts, link)).length },
    felix: facts.datastore.ok
      ? { up: rows.filter((row) => !row.maintenance && (row.felix === "fresh" || row.felix === "late")).length, of: felix.length }
      : null,
    etcd: etcdNumbers(facts),
    datastore: datastoreNumbers(facts),
    agents: agents && {
      alive: agents.agents.filter((agent) => agent.alive).length,
      of: agents.agents.length,
      visible: agents.visible,
      oldest: beats.length > 0 ? Math.max(...beats) : null,
    },
    ports: recentOf(facts),
    calicoctl: facts.calicoctl?.ok ? { client: facts.calicoctl.value.client, cluster: facts.calicoctl.value.cluster } : null,
    notAsked: notAsked(facts),
  };
}

/** One of its ends is ours, is logged into, and did not answer. */
function halfRead(facts: Facts, link: Link): boolean {
  return link.ends.some((end, i) => !link.read[i] && facts.birds.has(end));
}

function hostRow(facts: Facts, host: Host, { links, expected }: { links: readonly Link[]; expected: Expected }): HostRow {
  const reading = facts.birds.get(host.name);
  const bird = reading?.ok ? reading.value : null;
  const have = farEnds(facts, host);
  const absent = expected.peers.filter((peer) => !have.has(peer) && !links.some((link) => link.ends.includes(peer))).length;
  return {
    name: host.name,
    role: host.role,
    ...felixOf(facts, host),
    bgp: bird && bird.daemons.length > 0 ? { up: links.filter(isUp).length, of: links.length + absent } : null,
    expected: expected.source,
    routes: bird?.daemons.reduce((sum, daemon) => sum + (daemon.routes?.total ?? 0), 0) ?? null,
    recovering: bird?.daemons.some((daemon) => daemon.recovery !== null) ?? false,
    vms: facts.datastore.ok ? (facts.datastore.value.workloads.get(host.name) ?? 0) : null,
    maintenance: host.maintenance,
  };
}

/** What felix' key says of a host. */
export function felixOf(facts: Facts, host: Pick<Host, "name" | "felix">): Pick<HostRow, "felix" | "felixAge"> {
  if (!host.felix) return { felix: "none", felixAge: null };
  if (!facts.datastore.ok) return { felix: "unknown", felixAge: null };
  const keys = facts.datastore.value.felix.get(host.name);
  if (!keys || keys.alive === null) return { felix: "gone", felixAge: keys?.last ? facts.datastore.value.at - keys.last : null };
  const age = facts.datastore.value.at - keys.alive;
  return { felix: age > facts.thresholds.felixKeyLate ? "late" : "fresh", felixAge: age };
}

function etcdNumbers(facts: Facts): Summary["etcd"] {
  if (!facts.etcd.ok) return null;
  const { members, alarms, alarmsUnknown } = facts.etcd.value;
  const sizes = members.flatMap((member) => (member.dbSize === null ? [] : [member.dbSize]));
  return {
    up: members.filter((member) => member.healthy).length,
    of: members.length,
    dbSize: sizes.length > 0 ? Math.max(...sizes) : null,
    quota: facts.thresholds.etcdQuota,
    alarms: alarmsUnknown === undefined ? alarms.map((alarm) => alarm.alarm) : null,
    version: members.find((member) => member.version !== null)?.version ?? null,
  };
}

function datastoreNumbers(facts: Facts): Summary["datastore"] {
  if (!facts.datastore.ok) return null;
  const { revision, ready, master, workloads, policies, pools } = facts.datastore.value;
  return { revision, ready, master, vms: [...workloads.values()].reduce((a, b) => a + b, 0), policies, pools };
}

function notAsked(facts: Facts): Summary["notAsked"] {
  const parts = [
    { what: "etcd", answer: facts.etcd },
    { what: "Calico's data in etcd", answer: facts.datastore },
    { what: "Neutron", answer: facts.openstack },
    // When Neutron as a whole gives no answer, that is said once.
    { what: "ports in Neutron", answer: facts.openstack?.ok ? (facts.ports ?? null) : null },
    { what: "calicoctl", answer: facts.calicoctl },
    ...[...facts.birds].map(([host, answer]) => ({ what: host, answer })),
  ];
  const alarms = facts.etcd.ok ? facts.etcd.value.alarmsUnknown : undefined;
  return [
    ...(alarms === undefined ? [] : [{ what: "etcd's alarms", why: alarms }]),
    ...parts.flatMap(({ what, answer }) => (answer && !answer.ok ? [{ what, why: answer.failure.message }] : [])),
  ];
}
