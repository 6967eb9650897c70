import type { BgpSession, BirdReading } from "../../src/cluster/bird.js";
import type { HostReading, Unit } from "../../src/cluster/host.js";
import type { Host } from "../../src/cluster/inventory.js";
import type { Datastore } from "../../src/diagnosis/datastore.js";
import type { Facts } from "../../src/diagnosis/facts.js";

/** Builders of facts for tests: a small healthy cluster that a test then breaks in one place. */
export const now = Date.UTC(2026, 0, 2, 3, 7, 12);

export function host(name: string, address: string, role: Host["role"] = "compute"): Host {
  return { name, address, bgp: [address], role, maintenance: false, peers: [], felix: role === "compute", ssh: true };
}

export function session(peer: string, change: Partial<BgpSession> = {}): BgpSession {
  return {
    protocol: `Mesh_${peer.replaceAll(".", "_")}`,
    peer,
    naming: "mesh",
    family: 4,
    state: "up",
    bgp: "Established",
    established: true,
    disabled: false,
    error: null,
    lastError: null,
    since: "02:00:00",
    sinceAt: now - 3_600_000,
    neighborAs: 64512,
    localAs: 64512,
    imported: 3,
    exported: 1,
    ...change,
  };
}

export function reading(...sessions: BgpSession[]): { ok: true; value: BirdReading } {
  const daemon = {
    family: 4 as const,
    version: "1.6.8",
    routerId: "10.0.0.1",
    recovery: null,
    sessions,
    routes: { total: 5, networks: 4 },
  };
  return { ok: true, value: { daemons: [daemon], silent: [], clockOffset: 0 } };
}

/** A unit that runs since an hour. */
export function unit(name: string, change: Partial<Unit> = {}): Unit {
  return { name, state: "active", sub: "running", since: now - 3_600_000, restarts: 0, exit: null, result: "success", ...change };
}

/** A machine with nothing to complain about. */
export function machine(change: Partial<HostReading> = {}): HostReading {
  return {
    units: [unit("bird"), unit("calico-felix"), unit("ssh")],
    kernel: "6.1.0-28-amd64",
    bootedAt: now - 86_400_000,
    now,
    packages: [{ name: "calico-felix", version: "3.32.1" }],
    forwarding: { v4: true, v6: true },
    addresses: [{ device: "eth0", address: "10.0.0.11", length: 24 }],
    uplink: { device: "eth0", mtu: 1500 },
    conntrack: { count: 1200, max: 262_144 },
    taps: { up: ["tap0b1c2d3e-11", "tap0b1c2d3e-22"], down: [] },
    ...change,
  };
}

const hosts = [
  host("ctl1", "10.0.0.10", "control"),
  host("c1", "10.0.0.11"),
  host("c2", "10.0.0.12"),
  host("rr1", "10.0.0.254", "reflector"),
];

function datastore(): Datastore {
  const felix = { alive: now - 5000, last: now - 5000, uptime: 100 };
  return {
    revision: 42,
    at: now,
    ready: true,
    calicoVersion: null,
    master: "ctl1:77",
    felix: new Map([
      ["c1", { ...felix }],
      ["c2", { ...felix }],
    ]),
    endpoints: new Map(),
    pools: [{ name: "default-pool", cidr: "10.65.0.0/16", encapsulation: "none", natOutgoing: false, disabled: false }],
    workloads: new Map([["c1", 2]]),
    policies: { human: 1, securityGroups: 3, tiers: 3 },
    unreadable: [],
  };
}

function agent(name: string) {
  return {
    id: name,
    type: "Calico per-host agent (felix)",
    binary: "calico-felix",
    host: name,
    alive: true,
    adminUp: true,
    heartbeatAt: now - 4000,
  };
}

/** A healthy cluster: ctl1, c1, c2 each with rr1, and c1 with c2. */
export function healthy(): Facts & { birds: Map<string, Facts["birds"] extends ReadonlyMap<string, infer V> ? V : never> } {
  const member = {
    endpoint: "http://10.0.0.10:2379",
    healthy: true,
    error: null,
    version: "3.4.23",
    leader: true,
    dbSize: 1_000_000,
    ms: 3,
    id: "8e9e05c52164694d",
    inUse: 900_000,
    revision: 42,
  };
  return {
    cluster: "lab",
    thresholds: { felixKeyLate: 60_000, agentLate: 60_000, clockSkew: 5000, etcdQuotaWarn: 0.8, etcdQuota: 2 * 1024 ** 3 },
    hosts,
    birds: new Map([
      ["ctl1", reading(session("10.0.0.254"))],
      ["c1", reading(session("10.0.0.254"), session("10.0.0.12"))],
      ["c2", reading(session("10.0.0.254"), session("10.0.0.11"))],
      ["rr1", reading(session("10.0.0.10"), session("10.0.0.11"), session("10.0.0.12"))],
    ]),
    etcd: { ok: true, value: { members: [member], alarms: [], known: [{ id: "8e9e05c52164694d", name: "ctl1" }], certificates: [] } },
    datastore: { ok: true, value: datastore() },
    openstack: { ok: true, value: { agents: [agent("c1"), agent("c2")], visible: true, roles: ["admin"] } },
    calicoctl: { ok: true, value: { client: "v3.32.1", cluster: null, clusterType: "openstack" } },
    at: now,
  };
}
