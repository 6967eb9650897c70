import { type Cidr, parseCidr } from "../calico/cidr.js";
import type { Draft } from "../calico/draft/draft.js";
import { placeOf } from "../calico/keys.js";
import { type KindName, kindOf, kindPrefix, objectKey } from "../calico/kinds.js";
import { endpointsOf, securityGroupOf, vmNamespace } from "../calico/names.js";
import { part } from "../calico/part.js";
import { type KeyGeneration, keyGeneration } from "../calico/policy/generation.js";
import { IpPool } from "../calico/resource.js";
import type { Ask } from "../cluster/ask.js";
import type { Cluster } from "../cluster/cluster.js";
import type { KeyValue, Range } from "../cluster/etcd.js";
import { FailureError } from "../contract/failure.js";
import { blockIn, blocksPrefix } from "./blocks.js";

/** An object as it lies in etcd. */
export interface Stored {
  value: Readonly<Record<string, unknown>>;
  /** mod revision: what must still hold when the change is made. */
  revision: number;
}

export interface Pool {
  name: string;
  cidr: Cidr;
  encapsulated: boolean;
  natOutgoing: boolean;
}

/** What guards look at beside the document itself. */
export interface World {
  /** Stored objects by etcd key. */
  stored: ReadonlyMap<string, Stored>;
  pools: readonly Pool[];
  /** Blocks of Calico's own address management; read only where a pool is touched. */
  blocks: readonly Cidr[];
  tiers: ReadonlySet<string>;
  /** Namespace of this region's VMs. */
  vmNamespace: string;
  /** Endpoints of hosts that documents name as a Node. */
  endpointsOn: ReadonlyMap<string, number>;
  /** How keys of people's policies are written; read only where one is touched. */
  generation: KeyGeneration["kind"];
  /** Revision of all that was read. */
  revision: number;
}

type Named = Pick<Draft, "kind" | "name" | "namespace">;
const isPolicy = ({ kind }: Pick<Named, "kind">): boolean => kind.endsWith("NetworkPolicy");

/** Where an object lies; older clusters put `default.` before the names of policies. */
function keysOf({ kind, name, namespace }: Named): string[] {
  const of = (called: string): string => objectKey(kindOf(kind as KindName), called, namespace ?? undefined);
  return isPolicy({ kind }) ? [of(name), of(`default.${name}`)] : [of(name)];
}

/** What lies under the name of a document; null = nothing. */
export function storedUnder({ stored }: Pick<World, "stored">, draft: Named): Stored | null {
  const key = keysOf(draft).find((one) => stored.has(one));
  return key === undefined ? null : (stored.get(key) ?? null);
}

/** The key under which an object lies, or would lie once it is written. */
export function keyFor({ stored, generation }: Pick<World, "stored" | "generation">, draft: Named & Pick<Draft, "object">): string {
  const keys = keysOf(draft);
  const [plain = "", prefixed = plain] = keys;
  const tier = part(draft.object["spec"])["tier"];
  const isOld = isPolicy(draft) && generation === "prefixed" && (tier === undefined || tier === "default");
  const fresh = isOld && securityGroupOf(draft.name) === null && !draft.name.startsWith("default.") ? prefixed : plain;
  return keys.find((one) => stored.has(one)) ?? fresh;
}

/** Reads what is stored under the documents' names and what guards need, at one revision. */
export async function readWorld(cluster: Cluster, drafts: readonly Named[], ask: Ask): Promise<World> {
  const keys = [...new Set(drafts.flatMap(keysOf))];
  const nodes = [...new Set(drafts.flatMap(({ kind, name }) => (kind === "Node" ? name : [])))];
  const namespace = vmNamespace(cluster.region);
  const policies: readonly KindName[] = drafts.some(isPolicy) ? ["NetworkPolicy", "GlobalNetworkPolicy"] : [];
  const asked: Record<"pools" | "tiers" | "blocks" | "policies" | "keys" | "nodes", Range[]> = {
    pools: [{ prefix: kindPrefix(kindOf("IPPool")) }],
    tiers: [{ prefix: kindPrefix(kindOf("Tier")), keysOnly: true }],
    blocks: drafts.some(({ kind }) => kind === "IPPool") ? [{ prefix: blocksPrefix, keysOnly: true }] : [],
    policies: policies.map((kind) => ({ prefix: kindPrefix(kindOf(kind)), keysOnly: true })),
    keys: keys.map((key) => ({ key })),
    nodes: nodes.map((node) => ({ count: `${kindPrefix(kindOf("WorkloadEndpoint"))}${namespace}/${endpointsOf(node)}` })),
  };
  const names = Object.keys(asked) as (keyof typeof asked)[];
  const read = await cluster.etcd.read(Object.values(asked).flat(), ask);
  if (!read.ok) throw new FailureError(read.failure);
  const ranges = [...read.value.ranges];
  const [pools, tiers, blocks, under, stored, counts] = names.map((name) => ranges.splice(0, asked[name].length));
  const kvs = (found: typeof ranges = []): KeyValue[] => found.flatMap((range) => range.kvs);
  return {
    stored: new Map(kvs(stored).map(({ key, value, revision }) => [key, { value: parsed(value), revision }])),
    pools: kvs(pools).flatMap(({ value }) => poolOf(parsed(value))),
    blocks: kvs(blocks).flatMap(({ key }) => blockIn(key) ?? []),
    tiers: new Set(["default", ...kvs(tiers).flatMap(({ key }) => placeOf(kindOf("Tier"), key)?.name ?? [])]),
    vmNamespace: namespace,
    endpointsOn: new Map(nodes.map((node, i) => [node, counts?.[i]?.count ?? 0])),
    generation: keyGeneration(pathsIn(kvs(under), policies)).kind,
    revision: read.value.revision,
  };
}

const pathsIn = (kvs: readonly KeyValue[], policies: readonly KindName[]): string[] =>
  kvs.flatMap(({ key }) =>
    policies.flatMap((kind) => {
      const place = placeOf(kindOf(kind), key);
      return place === null ? [] : place.namespace === null ? place.name : `${place.namespace}/${place.name}`;
    }),
  );

/** What cannot be read is an object without fields: it differs from whatever is applied. */
function parsed(value: string): Readonly<Record<string, unknown>> {
  try {
    const object: unknown = JSON.parse(value);
    return typeof object === "object" && object !== null ? (object as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** A pool as far as guards look at it; none for what is no pool. */
export function poolOf(object: Readonly<Record<string, unknown>>): Pool[] {
  const pool = IpPool.safeParse(object);
  if (!pool.success) return [];
  const { metadata, spec } = pool.data;
  const cidr = parseCidr(spec.cidr);
  const encapsulated = [spec.ipipMode, spec.vxlanMode].some((mode) => mode !== undefined && mode !== "Never");
  return cidr === null ? [] : [{ name: metadata.name, cidr, encapsulated, natOutgoing: spec.natOutgoing === true }];
}
