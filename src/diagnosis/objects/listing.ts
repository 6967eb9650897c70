import { type Place, placeOf } from "../../calico/keys.js";
import { type Kind, kindPrefix } from "../../calico/kinds.js";
import type { Ask } from "../../cluster/ask.js";
import type { Cluster } from "../../cluster/cluster.js";
import type { KeyValue, Snapshot } from "../../cluster/etcd.js";
import { readEtcd } from "../read.js";

/** All objects of a kind by name; their values on demand. */
export interface Listing {
  places: Place[];
  /** Keys below the kind that name no object. */
  strange: string[];
  /** The values of some of them, read at one revision; those deleted meanwhile are missing. */
  values(places: readonly Place[]): Promise<{ revision: number; at: number; values: Map<string, KeyValue> }>;
}

/** Up to this many objects are read with their values at once; of more only the keys, then the values of those that are shown. */
const whole = 500;

/** Lists a kind without holding more of it in memory than what is shown. */
export async function listKind(cluster: Cluster, kind: Kind, ask: Ask): Promise<Listing> {
  const prefix = kindPrefix(kind);
  const counted = await readEtcd(cluster, [{ count: prefix }], ask);
  const keysOnly = (counted.ranges[0]?.count ?? 0) > whole;
  const read = await readEtcd(cluster, [{ prefix, keysOnly }], ask);
  const kvs = read.ranges[0]?.kvs ?? [];
  const places = kvs.flatMap(({ key }) => placeOf(kind, key) ?? []);
  const strange = kvs.flatMap(({ key }) => (placeOf(kind, key) === null ? [key] : []));
  return {
    places,
    strange,
    async values(wanted) {
      const snapshot = keysOnly && wanted.length > 0 ? await readEtcd(cluster, wanted.map(byKey), ask) : read;
      return { revision: snapshot.revision, at: snapshot.at, values: valuesOf(snapshot, wanted) };
    },
  };
}

const byKey = ({ key }: Place): { key: string } => ({ key });

function valuesOf(snapshot: Snapshot, wanted: readonly Place[]): Map<string, KeyValue> {
  const keys = new Set(wanted.map(({ key }) => key));
  const kvs = snapshot.ranges.flatMap((range) => range.kvs).filter(({ key }) => keys.has(key));
  return new Map(kvs.map((kv) => [kv.key, kv]));
}
