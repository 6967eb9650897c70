import { type Answer, answer } from "../../cluster/ask.js";
import type { BirdReading } from "../../cluster/bird.js";
import type { Cluster } from "../../cluster/cluster.js";
import type { HostReading } from "../../cluster/host.js";
import { type Host, nameOf } from "../../cluster/inventory.js";
import type { AgentList } from "../../cluster/openstack.js";
import { type Gathering, limited } from "../gather.js";
import { decodeRecords, type HostRecords, recordRanges } from "./records.js";

/** Everything that was asked about one host; the findings are a pure function of it. */
export interface HostFacts {
  host: Host;
  cluster: Pick<Cluster, "name" | "hosts" | "thresholds">;
  /** Its own BIRD and those of far ends that are ours; empty when the bot does not log in there. */
  birds: ReadonlyMap<string, Answer<BirdReading>>;
  /** Null = not logged into. */
  machine: Answer<HostReading> | null;
  records: Answer<HostRecords>;
  /** Null = not configured. */
  agents: Answer<AgentList> | null;
  at: number;
}

/** A reflector has hundreds; the ones that are down come first. */
const mostFarEnds = 6;

/** The host itself, etcd and Neutron at the same time; then the BIRDs at the far ends of its sessions. */
export async function gatherHost(cluster: Cluster, host: Host, how: Gathering): Promise<HostFacts> {
  const at = how.now();
  const half = { ask: how.ask, within: how.within / 2 };
  const { openstack } = cluster;
  const [bird, machine, records, agents] = await Promise.all([
    host.ssh ? limited(host.name, (ask) => cluster.bird.read(host, ask), half) : null,
    host.ssh ? limited(host.name, (ask) => cluster.host.read(host, ask), half) : null,
    limited("etcd", (ask) => cluster.etcd.read(recordRanges(cluster.region, host.name), ask), half),
    openstack ? limited("Neutron", (ask) => openstack.agents(ask), half) : null,
  ]);
  how.progress(1, 2);
  const birds = new Map<string, Answer<BirdReading>>(bird ? [[host.name, bird]] : []);
  await Promise.all(
    farEndsOf(cluster, bird).map(async (far) => birds.set(far.name, await limited(far.name, (ask) => cluster.bird.read(far, ask), half))),
  );
  how.progress(2, 2);
  const read = records.ok ? await answer(how.ask, async () => decodeRecords(records.value)) : records;
  const { name, hosts, thresholds } = cluster;
  return { host, cluster: { name, hosts, thresholds }, birds, machine, records: read, agents, at };
}

function farEndsOf({ hosts }: Cluster, bird: Answer<BirdReading> | null): Host[] {
  const sessions = bird?.ok ? bird.value.daemons.flatMap((daemon) => daemon.sessions) : [];
  const names = sessions.toSorted((a, b) => Number(a.established) - Number(b.established)).map(({ peer }) => nameOf(hosts, peer ?? ""));
  return [...new Set(names)].flatMap((name) => hosts.filter((host) => host.name === name && host.ssh)).slice(0, mostFarEnds);
}
