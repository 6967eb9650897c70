import { type Answer, type Ask, answer } from "../cluster/ask.js";
import type { CalicoctlVersion, NodeStatus } from "../cluster/calicoctl.js";
import type { Cluster } from "../cluster/cluster.js";
import type { EtcdHealth } from "../cluster/etcd.js";
import type { Host } from "../cluster/inventory.js";
import type { Listed, OpenStack, Port } from "../cluster/openstack.js";
import { fail } from "../contract/failure.js";
import { datastoreRanges, decodeDatastore } from "./datastore.js";
import type { Facts } from "./facts.js";
import { recently } from "./recent-ports.js";

export interface Gathering {
  ask: Ask;
  /** Milliseconds for all parts together; a part that is not back by then is an answer "timeout". */
  within: number;
  /** Told as parts and hosts come in. */
  progress(done: number, total: number): void;
  now(): number;
}

/** Asks every part of a cluster at the same time. One part that fails costs its own answer and nothing else. */
export async function gather(cluster: Cluster, how: Gathering): Promise<Facts> {
  const at = how.now();
  const hosts = cluster.hosts.filter((host) => host.ssh);
  const total = hosts.length + 5;
  let done = 0;
  const part = async <T>(what: string, work: (ask: Ask) => Promise<Answer<T>>): Promise<Answer<T>> => {
    const result = await limited(what, work, how);
    how.progress(++done, total);
    return result;
  };
  const health = part("etcd", (ask) => cluster.etcd.health(ask));
  const [etcd, datastore, openstack, calicoctl, ports, ...birds] = await Promise.all([
    health,
    part("etcd", (ask) => readDatastore(cluster, ask)),
    cluster.openstack ? part("Neutron", cluster.openstack.agents.bind(cluster.openstack)) : null,
    cluster.calicoctl ? part("calicoctl", (ask) => calicoctlVersion(cluster, ask, health)) : null,
    cluster.openstack ? part("Neutron", askPorts(cluster.openstack, at)) : null,
    ...hosts.map(async (host) => [host.name, await part(host.name, (ask) => cluster.bird.read(host, ask))] as const),
  ]);
  const { name, thresholds } = cluster;
  return { cluster: name, thresholds, hosts: cluster.hosts, birds: new Map(birds), etcd, datastore, openstack, calicoctl, ports, at };
}

/** calicoctl never gives up on an etcd that does not answer; asked all the same, it would cost the answer its whole deadline. */
async function calicoctlVersion(cluster: Cluster, ask: Ask, health: Promise<Answer<EtcdHealth>>): Promise<Answer<CalicoctlVersion>> {
  const etcd = await health;
  const answers = etcd.ok && etcd.value.members.some((member) => member.healthy);
  if (cluster.calicoctl && answers) return cluster.calicoctl.version(ask);
  const failure = fail("unreachable", "calicoctl was not asked: it never gives up on an etcd that does not answer").failure;
  return { ok: false, failure };
}

/** The question whether new VMs get a network. */
export const askPorts =
  (openstack: OpenStack, at: number) =>
  (ask: Ask): Promise<Answer<Listed<Port>>> =>
    openstack.ports({ changedSince: at - recently }, ask);

/** What etcd holds of Calico, as facts. */
export async function readDatastore(cluster: Cluster, ask: Ask): Promise<Answer<ReturnType<typeof decodeDatastore>>> {
  const read = await cluster.etcd.read(datastoreRanges(cluster.region), ask);
  return read.ok ? answer(ask, async () => decodeDatastore(read.value)) : read;
}

/** Only what the hosts' BIRDs say; the rest of the facts is left unasked. */
export async function gatherBirds(cluster: Cluster, how: Gathering): Promise<Facts> {
  const hosts = cluster.hosts.filter((host) => host.ssh);
  let done = 0;
  const birds = await Promise.all(
    hosts.map(async (host) => {
      const read = await limited(host.name, (ask) => cluster.bird.read(host, ask), how);
      how.progress(++done, hosts.length);
      return [host.name, read] as const;
    }),
  );
  const unasked = { ok: false as const, failure: fail("not_found", "not asked").failure };
  const { name, thresholds } = cluster;
  return {
    cluster: name,
    thresholds,
    hosts: cluster.hosts,
    birds: new Map(birds),
    etcd: unasked,
    datastore: unasked,
    openstack: null,
    calicoctl: null,
    at: how.now(),
  };
}

/** What `calicoctl node status` says on one host, within the same time; null = calicoctl or the host is not asked at all. */
export async function gatherNodeStatus(cluster: Cluster, host: Host | null, how: Gathering): Promise<Answer<NodeStatus> | null> {
  const { calicoctl } = cluster;
  if (calicoctl === null || host === null || !host.ssh) return null;
  return limited(`calicoctl node status on ${host.name}`, (ask) => calicoctl.nodeStatus(host, ask), how);
}

/** Runs one part under its own deadline, so that a part which ignores its signal cannot hold up the answer. */
export async function limited<T>(
  what: string,
  work: (ask: Ask) => Promise<Answer<T>>,
  how: Pick<Gathering, "ask" | "within">,
): Promise<Answer<T>> {
  const late = new AbortController();
  const signal = AbortSignal.any([how.ask.signal, late.signal]);
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<Answer<T>>((resolve) => {
    timer = setTimeout(() => {
      resolve({ ok: false, failure: fail("timeout", `${what} gave no answer in ${how.within / 1000} s`).failure });
      late.abort();
    }, how.within);
  });
  try {
    return await Promise.race([deadline, work({ ...how.ask, signal }).catch((error: unknown) => failed<T>(how, error))]);
  } finally {
    clearTimeout(timer);
  }
}

async function failed<T>(how: Pick<Gathering, "ask">, error: unknown): Promise<Answer<T>> {
  return answer<T>(how.ask, () => Promise.reject(error));
}
