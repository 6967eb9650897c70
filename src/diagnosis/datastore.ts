import { z } from "zod";
import { electionKey, felixHosts } from "../calico/keys.js";
import { kindOf, kindPrefix, objectKey } from "../calico/kinds.js";
import { nodeOf } from "../calico/names.js";
import type { KeyValue, Range, Snapshot } from "../cluster/etcd.js";
import { endpointStates } from "./endpoint.js";
import { decode } from "./read.js";

/** A felix status value. Source: felix, leased (`status`) or not (`last_reported_status`). */
const FelixStatus = z.object({ time: z.string(), uptime: z.number(), first_update: z.boolean().optional() });

export interface FelixKeys {
  /** Time in the leased key: felix is alive. Epoch ms by the host's clock; null = no such key. */
  alive: number | null;
  /** Time in the key without a lease: when it was last heard of. */
  last: number | null;
  uptime: number | null;
}

export interface Pool {
  name: string;
  cidr: string;
  encapsulation: "none" | "ipip" | "vxlan";
  natOutgoing: boolean;
  disabled: boolean;
}

/** What etcd tells about the state of Calico as a whole, at one revision. */
export interface Datastore {
  revision: number;
  at: number;
  /** clusterinformations/default spec.datastoreReady; null = there is no such object. */
  ready: boolean | null;
  calicoVersion: string | null;
  /** Value of the election key, `<name>:<pid>`; null = no Neutron server is master. */
  master: string | null;
  felix: ReadonlyMap<string, FelixKeys>;
  /** felix' states of VM ports (`up`, `down`, `error`) by port id. */
  endpoints: ReadonlyMap<string, string>;
  pools: Pool[];
  /** Workload endpoints by host. */
  workloads: ReadonlyMap<string, number>;
  policies: { human: number; securityGroups: number; tiers: number };
  /** Keys whose value could not be read. */
  unreadable: string[];
}

/** What to read for it, in the order that decodeDatastore() expects. */
export function datastoreRanges(region: string): Range[] {
  return [
    { key: objectKey(kindOf("ClusterInformation"), "default") },
    { key: electionKey(region) },
    { prefix: felixHosts(region) },
    { prefix: kindPrefix(kindOf("IPPool")) },
    { prefix: kindPrefix(kindOf("WorkloadEndpoint")), keysOnly: true },
    { prefix: kindPrefix(kindOf("NetworkPolicy")), keysOnly: true },
    { prefix: kindPrefix(kindOf("GlobalNetworkPolicy")), keysOnly: true },
    { count: kindPrefix(kindOf("Tier")) },
  ];
}

/** The snapshot of datastoreRanges() as facts. Values that cannot be read are named, never guessed. */
export function decodeDatastore(snapshot: Snapshot): Datastore {
  const [info, election, felix, pools, workloads, local, global, tiers] = snapshot.ranges.map((range) => range.kvs);
  const unreadable: string[] = [];
  const cluster = info?.[0] ? decode(info[0], ClusterInformation, unreadable) : null;
  const names = (local ?? []).map((kv) => lastPart(kv.key));
  const groups = names.filter((name) => name.startsWith("ossg.")).length;
  return {
    revision: snapshot.revision,
    at: snapshot.at,
    ready: cluster?.spec?.datastoreReady ?? null,
    calicoVersion: cluster?.spec?.calicoVersion ?? null,
    master: election?.[0]?.value ?? null,
    felix: felixKeys(felix ?? [], unreadable),
    endpoints: endpointStates(felix ?? []),
    pools: (pools ?? []).flatMap((kv) => poolOf(kv, unreadable)),
    workloads: countByHost(workloads ?? []),
    policies: { human: names.length - groups + (global?.length ?? 0), securityGroups: groups, tiers: countOf(snapshot, 7, tiers) },
    unreadable,
  };
}

const countOf = (snapshot: Snapshot, at: number, kvs: KeyValue[] | undefined): number => snapshot.ranges[at]?.count ?? kvs?.length ?? 0;
const lastPart = (key: string): string => key.slice(key.lastIndexOf("/") + 1);

const ClusterInformation = z.object({
  spec: z.object({ datastoreReady: z.boolean().optional(), calicoVersion: z.string().optional() }).optional(),
});

const IpPool = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    cidr: z.string(),
    ipipMode: z.string().optional(),
    vxlanMode: z.string().optional(),
    natOutgoing: z.boolean().optional(),
    disabled: z.boolean().optional(),
  }),
});

function poolOf(kv: KeyValue, unreadable: string[]): Pool[] {
  const pool = decode(kv, IpPool, unreadable);
  if (!pool) return [];
  const on = (mode: string | undefined): boolean => mode !== undefined && mode !== "" && mode !== "Never";
  const encapsulation = on(pool.spec.ipipMode) ? "ipip" : on(pool.spec.vxlanMode) ? "vxlan" : "none";
  const { cidr, natOutgoing = false, disabled = false } = pool.spec;
  return [{ name: pool.metadata.name, cidr, encapsulation, natOutgoing, disabled }];
}

/** Keys `…/host/<h>/status` and `…/last_reported_status`; others below a host are endpoints, `round-trip-check` is no host. */
function felixKeys(kvs: readonly KeyValue[], unreadable: string[]): Map<string, FelixKeys> {
  const hosts = new Map<string, FelixKeys>();
  for (const kv of kvs) {
    const match = /\/host\/([^/]+)\/(status|last_reported_status)$/.exec(kv.key);
    const host = match?.[1];
    if (host === undefined) continue;
    const value = decode(kv, FelixStatus, unreadable);
    if (!value) continue;
    const keys = hosts.get(host) ?? { alive: null, last: null, uptime: null };
    const time = Date.parse(value.time);
    if (match?.[2] === "status") Object.assign(keys, { alive: time, uptime: value.uptime });
    else keys.last = time;
    hosts.set(host, keys);
  }
  return hosts;
}

function countByHost(kvs: readonly KeyValue[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kv of kvs) {
    const host = nodeOf(lastPart(kv.key));
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return counts;
}
