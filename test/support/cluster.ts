import type { Answer } from "../../src/cluster/ask.js";
import type { BirdReading, BirdRoute, BirdRoutes } from "../../src/cluster/bird.js";
import type { Cluster } from "../../src/cluster/cluster.js";
import type { KeyValue, Range, RangeResult } from "../../src/cluster/etcd.js";
import type { HostReading, KernelLookup } from "../../src/cluster/host.js";
import type { OpenStack } from "../../src/cluster/openstack.js";
import type { Command, Work, WorkerCommand } from "../../src/command/define.js";
import { fail } from "../../src/contract/failure.js";
import type { View } from "../../src/contract/view.js";
import { healthy, machine, now } from "./facts.js";
import { fakeOpenStack, type Held } from "./openstack.js";

interface Told {
  /** Keys in etcd. */
  keys?: Record<string, string>;
  /** What each host's BIRD says; others answer as in the healthy cluster. */
  birds?: Record<string, Answer<BirdReading> | "never">;
  /** What each host's BIRD has for a destination, whatever is asked; others have nothing. */
  routes?: Record<string, Answer<BirdRoutes> | "never">;
  /** Each host's whole table; others have an empty one. */
  tables?: Record<string, Answer<BirdRoute[]>>;
  /** What each host's kernel does; others have no route at all. */
  kernels?: Record<string, Answer<KernelLookup>>;
  machines?: Record<string, Answer<HostReading>>;
  etcdDown?: boolean;
  /** What OpenStack holds; its agents are those of the healthy cluster unless told. */
  cloud?: Held;
  /** An OpenStack of another kind. */
  openstack?: OpenStack;
}

/** A cluster that answers what it is told to; without being told, the healthy one of facts.ts. */
export function fakeCluster(told: Told = {}): Cluster {
  const facts = healthy();
  const unreachable = { ok: false as const, failure: fail("unreachable", "10.0.0.10:2379 refused the connection").failure };
  const read = (range: Range): RangeResult => rangeOf(told.keys ?? {}, range);
  return {
    name: "lab",
    hosts: facts.hosts,
    region: "no-region",
    thresholds: facts.thresholds,
    bird: {
      async read(host) {
        const answer = told.birds?.[host.name] ?? facts.birds.get(host.name);
        if (answer === "never") return new Promise(() => {});
        return answer ?? unreachable;
      },
      async routes(host) {
        const answer = told.routes?.[host.name] ?? { ok: true, value: { routes: [], inside: null, silent: null } };
        return answer === "never" ? new Promise(() => {}) : answer;
      },
      table: async (host) => told.tables?.[host.name] ?? { ok: true, value: [] },
    },
    host: {
      read: async (host) => told.machines?.[host.name] ?? { ok: true, value: machine() },
      route: async (host) =>
        told.kernels?.[host.name] ?? { ok: true, value: { used: null, refusal: "Network is unreachable", matching: [] } },
      connect: async () => ({ ok: true, value: { yes: true } }),
    },
    etcd: {
      health: async () => (told.etcdDown ? unreachable : facts.etcd),
      read: async (ranges) => (told.etcdDown ? unreachable : { ok: true, value: { revision: 42, at: now, ranges: ranges.map(read) } }),
    },
    calicoctl: {
      version: async () => ({ ok: true, value: { client: "v3.32.1", cluster: null, clusterType: null } }),
      nodeStatus: async () => ({ ok: true, value: { running: true, peers: [], remark: "No IPv4 peers found." } }),
      get: async () => ({ ok: true, value: [] }),
      write: async () => unreachable,
      validate: async () => ({ ok: true, value: null }),
    },
    changes: null,
    evaluator: null,
    history: null,
    openstack: told.openstack ?? fakeOpenStack({ agents: facts.openstack ?? unreachable, ...told.cloud }),
  };
}

function rangeOf(keys: Record<string, string>, range: Range): RangeResult {
  const wanted = (key: string): boolean =>
    "key" in range ? key === range.key : key.startsWith("prefix" in range ? range.prefix : range.count);
  const kvs = Object.entries(keys)
    .filter(([key]) => wanted(key))
    .map(([key, value]): KeyValue => ({ key, value, revision: 7, lease: null }));
  return { kvs: "count" in range ? [] : kvs, count: kvs.length };
}

/** Runs a worker command on a cluster and renders its answer. */
export async function ask(
  command: Command,
  cluster: Cluster,
  args: Record<string, unknown>,
  document: string | null = null,
): Promise<View> {
  if (command.on !== "worker") throw new Error("not a worker command");
  const result = await resultOf(command, cluster, args, document);
  return command.render(result, { cluster: cluster.name, line: "again", job: "job-00000001", started: now, ended: now }, args);
}

/** What a worker command answers on a cluster, through its own schema as between the processes. */
export async function resultOf(
  command: WorkerCommand,
  cluster: Cluster,
  args: Record<string, unknown>,
  document: string | null = null,
): Promise<unknown> {
  const work: Work = {
    signal: AbortSignal.timeout(command.timeout),
    request: "r1",
    note: () => {},
    progress: () => {},
    document,
    now: () => now,
  };
  return command.result.parse(JSON.parse(JSON.stringify(await command.run(cluster, args, work))));
}
