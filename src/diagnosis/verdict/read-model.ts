import { type KindName, kindOf, kindPrefix } from "../../calico/kinds.js";
import { stored } from "../../calico/verdict/item.js";
import { add, emptyParts, type Parts } from "../../calico/verdict/parts.js";
import type { Ask } from "../../cluster/ask.js";
import type { Cluster } from "../../cluster/cluster.js";
import { readEtcd } from "../read.js";

const decisive: readonly KindName[] = [
  "Tier",
  "NetworkPolicy",
  "GlobalNetworkPolicy",
  "StagedNetworkPolicy",
  "StagedGlobalNetworkPolicy",
  "StagedKubernetesNetworkPolicy",
  "WorkloadEndpoint",
  "HostEndpoint",
  "Profile",
  "NetworkSet",
  "GlobalNetworkSet",
  "FelixConfiguration",
];

/** Everything in etcd that decides who may talk to whom, at one revision, with turns for the event loop. */
export async function readParts(cluster: Cluster, ask: Ask): Promise<{ parts: Parts; revision: number; at: number }> {
  const ranges = decisive.map((name) => ({ prefix: kindPrefix(kindOf(name)) }));
  const { ranges: found, revision, at } = await readEtcd(cluster, ranges, ask);
  const parts = emptyParts();
  for (const [i, { key, value }] of found.flatMap(({ kvs }) => kvs).entries()) {
    if (i % 500 === 499) await new Promise((resolve) => setImmediate(resolve));
    const taken = stored(key, value);
    add(parts, taken ?? { ok: false, what: key, why: "the key is of another form" });
  }
  return { parts, revision, at };
}
