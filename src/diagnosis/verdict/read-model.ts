import { type KindName, kindOf, kindPrefix } from "../../calico/kinds.js";
import { inTurns, type Steps } from "../../calico/steps.js";
import { stored, type Taken } from "../../calico/verdict/item.js";
import { add, emptyParts, type Parts } from "../../calico/verdict/parts.js";
import type { Ask } from "../../cluster/ask.js";
import type { Cluster } from "../../cluster/cluster.js";
import type { KeyValue, Range } from "../../cluster/etcd.js";
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

/** Where in etcd all lies that decides who may talk to whom. */
export const decisiveRanges: readonly Range[] = decisive.map((name) => ({ prefix: kindPrefix(kindOf(name)) }));

/** All of it at one revision, with turns for the event loop. */
export async function readParts(cluster: Cluster, ask: Ask): Promise<{ parts: Parts; revision: number; at: number }> {
  const { ranges, revision, at } = await readEtcd(cluster, decisiveRanges, ask);
  const steps = partSteps(ranges.flatMap(({ kvs }) => kvs));
  return { parts: await inTurns(steps, () => {}), revision, at };
}

/** Keys and values as objects; `known` keeps what was made of each, for the next time. */
export function* partSteps(kvs: readonly KeyValue[], known = new WeakMap<KeyValue, Taken>()): Steps<Parts> {
  const parts = emptyParts();
  for (const [i, kv] of kvs.entries()) {
    if (i % 200 === 199) yield;
    const taken = known.get(kv) ?? stored(kv.key, kv.value) ?? { ok: false, what: kv.key, why: "the key is of another form" };
    known.set(kv, taken);
    add(parts, taken);
  }
  return parts;
}
