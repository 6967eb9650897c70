import { vmLabels, WorkloadEndpoint } from "../calico/resource.js";
import type { KeyValue } from "../cluster/etcd.js";
import { bare } from "./address.js";

/** A VM port as it lies in etcd. */
export interface Endpoint {
  /** Of the object; two objects of one port are a live migration, or a leftover. */
  name: string;
  host: string;
  /** Nova's instance. */
  instance: string;
  /** Neutron's port. */
  port: string;
  /** Without `/32`. */
  addresses: string[];
  /** Allowed address pairs: addresses that it may use beside its own. */
  allowed: string[];
  floating: { internal: string; external: string }[];
  projectId: string | null;
  project: string | null;
  networkId: string | null;
  network: string | null;
  groups: { id: string; name: string }[];
}

/** The object under this key; null when it cannot be read. */
export function endpointOf(kv: KeyValue): Endpoint | null {
  let json: unknown;
  try {
    json = JSON.parse(kv.value);
  } catch {
    return null;
  }
  const parsed = WorkloadEndpoint.safeParse(json);
  if (!parsed.success) return null;
  const { metadata, spec } = parsed.data;
  const { labels = {}, annotations = {} } = metadata;
  const pairs: unknown = spec["allowedIps"];
  const allowed = Array.isArray(pairs) ? pairs.filter((one): one is string => typeof one === "string").map(bare) : [];
  return {
    name: metadata.name,
    host: spec.node,
    instance: spec.workload,
    port: spec.endpoint,
    // Allowed pairs stand among the addresses too.
    addresses: spec.ipNetworks.map(bare).filter((address) => !allowed.includes(address)),
    allowed,
    floating: spec.ipNATs.map(({ internalIP, externalIP }) => ({ internal: bare(internalIP), external: bare(externalIP) })),
    projectId: labels[vmLabels.projectId] ?? null,
    project: labels[vmLabels.projectName] ?? null,
    networkId: annotations[vmLabels.networkId] ?? null,
    network: labels[vmLabels.networkName] ?? null,
    groups: Object.entries(labels)
      .filter(([label]) => label.startsWith(vmLabels.groupPrefix))
      .map(([label, name]) => ({ id: label.slice(vmLabels.groupPrefix.length), name })),
  };
}

/** All endpoints of etcd, of which only those are taken apart that somebody asks for. */
export interface Endpoints {
  /** Those whose text passes the first test and whose facts pass the second. */
  matching(text: (text: string) => boolean, facts: (endpoint: Endpoint) => boolean): Endpoint[];
  ofPort(id: string): Endpoint[];
  count: number;
}

/**
 * Endpoints over a range read of their prefix. Keys of values that are no objects, and of those that were taken apart and are no
 * endpoints, go into `unreadable`.
 */
export function endpointsIn(kvs: readonly KeyValue[], unreadable: string[]): Endpoints {
  for (const key of strangeIn(kvs)) unreadable.push(key);
  const taken = (kv: KeyValue): Endpoint | null => {
    const endpoint = endpointOf(kv);
    if (endpoint === null) unreadable.push(kv.key);
    return endpoint;
  };
  const matching: Endpoints["matching"] = (text, facts) =>
    kvs.flatMap((kv) => {
      const endpoint = text(kv.value) ? taken(kv) : null;
      return endpoint !== null && facts(endpoint) ? [endpoint] : [];
    });
  let byPort: Map<string, KeyValue[]> | null = null;
  const ofPort = (id: string): Endpoint[] => {
    byPort ??= indexed(kvs);
    return (byPort.get(id) ?? []).flatMap((kv) => taken(kv) ?? []);
  };
  return { matching, ofPort, count: kvs.length };
}

/** Keys of values that are no objects. Cheap enough for all of a cloud's endpoints: rubbish and cut values do not begin and end like one. */
export const strangeIn = (kvs: readonly KeyValue[]): string[] =>
  kvs.filter(({ value }) => !value.startsWith("{") || !value.trimEnd().endsWith("}")).map(({ key }) => key);

/** By the last part of the name, which is the port with its dashes doubled. */
function indexed(kvs: readonly KeyValue[]): Map<string, KeyValue[]> {
  const byPort = new Map<string, KeyValue[]>();
  for (const kv of kvs) {
    const port = kv.key.slice(kv.key.search(/(?<!-)-(?!-)(?:[^-]|--)*$/) + 1).replaceAll("--", "-");
    const found = byPort.get(port);
    if (found) found.push(kv);
    else byPort.set(port, [kv]);
  }
  return byPort;
}

/** felix' states of all ports by port id, out of all keys below its hosts. */
export function endpointStates(kvs: readonly KeyValue[]): Map<string, string> {
  const states = new Map<string, string>();
  for (const { key, value } of kvs) {
    const port = /\/workload\/.*\/endpoint\/([^/]+)$/.exec(key)?.[1];
    if (port !== undefined) states.set(port, stateIn(value));
  }
  return states;
}

/** The word in an endpoint's state. */
export function stateIn(value: string): string {
  return /"status"\s*:\s*"(\w+)"/.exec(value)?.[1] ?? "unreadable";
}
