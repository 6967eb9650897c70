import type { Cidr } from "../calico/cidr.js";
import { kindOf, kindPrefix } from "../calico/kinds.js";
import { Resource } from "../calico/resource.js";
import type { Ask } from "../cluster/ask.js";
import type { Cluster } from "../cluster/cluster.js";
import { decode, readEtcd } from "../diagnosis/read.js";
import { poolOf } from "../plan/world.js";

/** Prefixes of the cluster's pools. */
export async function poolCidrs(cluster: Cluster, ask: Ask): Promise<Cidr[]> {
  const { ranges } = await readEtcd(cluster, [{ prefix: kindPrefix(kindOf("IPPool")) }], ask);
  return ranges.flatMap(({ kvs }) => kvs.flatMap((kv) => poolOf(decode(kv, Resource, []) ?? {}).map(({ cidr }) => cidr)));
}
