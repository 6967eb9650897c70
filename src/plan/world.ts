import { type Cidr, parseCidr } from "../calico/cidr.js";
import type { Draft } from "../calico/draft/draft.js";
import { type KindName, kindOf, kindPrefix, objectKey } from "../calico/kinds.js";
import { endpointsOf, vmNamespace } from "../calico/names.js";
import { IpPool as Pool } from "../calico/resource.js";
import type { Ask } from "../cluster/ask.js";
import type { Cluster } from "../cluster/cluster.js";
import { FailureError } from "../contract/failure.js";
import type { Stored } from "./change.js";

/** What guards look at beside the document itself. */
export interface World {
  /** Stored objects by etcd key. */
  stored: ReadonlyMap<string, Stored>;
  pools: readonly { name: string; cidr: Cidr; encapsulated: boolean }[];
  tiers: ReadonlySet<string>;
  /** Namespace of this region's VMs. */
  vmNamespace: string;
  /** Endpoints of hosts that documents name as a Node. */
  endpointsOn: ReadonlyMap<string, number>;
  /** Revision of all that was read. */
  revision: number;
}

/** Where an object lies; older clusters put `default.` before the names of policies. */
function keysOf({ kind, name, namespace }: Pick<Draft, "kind" | "name" | "namespace">): string[] {
  const of = (called: string): string => objectKey(kindOf(kind as KindName), called, namespace ?? undefined);
  return kind.endsWith("NetworkPolicy") ? [of(name), of(`default.${name}`)] : [of(name)];
}

/** What lies under the name of a document; null = nothing. */
export function storedUnder({ stored }: Pick<World, "stored">, draft: Pick<Draft, "kind" | "name" | "namespace">): Stored | null {
  const key = keysOf(draft).find((one) => stored.has(one));
  return key === undefined ? null : (stored.get(key) ?? null);
}

/** Reads what is stored under the documents' names and what guards need, at one revision. */
export async function readWorld(cluster: Cluster, drafts: readonly Draft[], ask: Ask): Promise<World> {
  const keys = [...new Set(drafts.flatMap(keysOf))];
  const nodes = [...new Set(drafts.flatMap(({ kind, name }) => (kind === "Node" ? name : [])))];
  const weps = kindPrefix(kindOf("WorkloadEndpoint"));
  const namespace = vmNamespace(cluster.region);
  const read = await cluster.etcd.read(
    [
      { prefix: kindPrefix(kindOf("IPPool")) },
      { prefix: kindPrefix(kindOf("Tier")), keysOnly: true },
      ...keys.map((key) => ({ key })),
      ...nodes.map((node) => ({ count: `${weps}${namespace}/${endpointsOf(node)}` })),
    ],
    ask,
  );
  if (!read.ok) throw new FailureError(read.failure);
  const { ranges, revision } = read.value;
  const [pools, tiers, ...rest] = ranges;
  const stored = rest.slice(0, keys.length).flatMap(({ kvs }) => kvs);
  const tierPrefix = kindPrefix(kindOf("Tier"));
  return {
    stored: new Map(stored.map(({ key, value, revision: at }) => [key, { value: parsed(value), revision: at }])),
    pools: (pools?.kvs ?? []).flatMap(({ value }) => poolOf(parsed(value))),
    tiers: new Set(["default", ...(tiers?.kvs ?? []).map(({ key }) => key.slice(tierPrefix.length))]),
    vmNamespace: namespace,
    endpointsOn: new Map(nodes.map((node, i) => [node, rest[keys.length + i]?.count ?? 0])),
    revision,
  };
}

/** What cannot be read is an object without fields: it differs from whatever is applied. */
function parsed(value: string): Readonly<Record<string, unknown>> {
  try {
    const object: unknown = JSON.parse(value);
    return typeof object === "object" && object !== null ? (object as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function poolOf(object: Readonly<Record<string, unknown>>): World["pools"][number][] {
  const pool = Pool.safeParse(object);
  if (!pool.success) return [];
  const { metadata, spec } = pool.data;
  const cidr = parseCidr(spec.cidr);
  const encapsulated = [spec.ipipMode, spec.vxlanMode].some((mode) => mode !== undefined && mode !== "Never");
  return cidr === null ? [] : [{ name: metadata.name, cidr, encapsulated }];
}
