import type { Cluster } from "../cluster/cluster.js";
import { fail } from "../contract/failure.js";
import type { Facts } from "./facts.js";

/** Facts of which nothing is known yet, to be filled with the parts that a command asks. */
export function nothingAsked({ name, thresholds, hosts }: Cluster, at: number): Facts {
  const unasked = { ok: false as const, failure: fail("not_found", "not asked").failure };
  return { cluster: name, thresholds, hosts, birds: new Map(), etcd: unasked, datastore: unasked, openstack: null, calicoctl: null, at };
}
