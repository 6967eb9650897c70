import { z } from "zod";
import { placeOf } from "../../calico/keys.js";
import { type Kind, kindOf, kindPrefix, objectKey } from "../../calico/kinds.js";
import { type KeyGeneration, keyGeneration } from "../../calico/policy/generation.js";
import { type Answer, answer } from "../../cluster/ask.js";
import type { Cluster } from "../../cluster/cluster.js";
import type { RangeResult, Snapshot } from "../../cluster/etcd.js";
import type { Facts } from "../facts.js";
import { type Gathering, gatherBirds, limited } from "../gather.js";
import { decode } from "../read.js";

/** What etcd tells about versions. */
export interface Stored {
  revision: number;
  at: number;
  /** What Calico wrote as its own version; null is normal on OpenStack, where nobody writes it. */
  calico: string | null;
  generation: KeyGeneration;
  unreadable: string[];
}

export interface VersionFacts {
  facts: Facts;
  stored: Answer<Stored>;
}

/** Asks every part for its version at the same time; one that is silent costs its own answer only. */
export async function gatherVersions(cluster: Cluster, how: Gathering): Promise<VersionFacts> {
  const { calicoctl, etcd } = cluster;
  const [facts, health, tool, stored] = await Promise.all([
    gatherBirds(cluster, how),
    limited("etcd", (ask) => etcd.health(ask), how),
    calicoctl && limited("calicoctl", calicoctl.version.bind(calicoctl), how),
    limited("etcd", (ask) => etcd.read(ranges, ask), how),
  ]);
  const decoded = stored.ok ? await answer(how.ask, async () => storedOf(stored.value)) : stored;
  return { facts: { ...facts, etcd: health, calicoctl: tool }, stored: decoded };
}

const ranges = [
  { key: objectKey(kindOf("ClusterInformation"), "default") },
  { prefix: kindPrefix(kindOf("NetworkPolicy")), keysOnly: true },
  { prefix: kindPrefix(kindOf("GlobalNetworkPolicy")), keysOnly: true },
];

const ClusterInformation = z.object({ spec: z.object({ calicoVersion: z.string().optional() }).optional() });

function storedOf({ revision, at, ranges }: Snapshot): Stored {
  const [info, local, global] = ranges;
  const unreadable: string[] = [];
  const first = info?.kvs[0];
  const cluster = first ? decode(first, ClusterInformation, unreadable) : null;
  const paths = [...pathsOf(kindOf("NetworkPolicy"), local), ...pathsOf(kindOf("GlobalNetworkPolicy"), global)];
  return { revision, at, calico: cluster?.spec?.calicoVersion || null, generation: keyGeneration(paths), unreadable };
}

function pathsOf(kind: Kind, range: RangeResult | undefined): string[] {
  const places = (range?.kvs ?? []).flatMap(({ key }) => placeOf(kind, key) ?? []);
  return places.map(({ namespace, name }) => (namespace === null ? name : `${namespace}/${name}`));
}
