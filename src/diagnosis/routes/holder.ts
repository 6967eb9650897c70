import { z } from "zod";
import { felixHost, portStateKey } from "../../calico/keys.js";
import { kindOf, kindPrefix } from "../../calico/kinds.js";
import { vmLabels, WorkloadEndpoint } from "../../calico/resource.js";
import type { Destination } from "../../cluster/bird.js";
import type { KeyValue, Range, Snapshot } from "../../cluster/etcd.js";
import { strangeIn } from "../endpoint.js";
import { decode } from "../read.js";
import { isSingle, prefixOf } from "./destination.js";

/** A port that has the address, by its workload endpoint in etcd. */
export const Holder = z.object({
  host: z.string(),
  /** Tap device on the host. */
  device: z.string(),
  /** Neutron's port id. */
  port: z.string(),
  /** Nova's instance id. */
  instance: z.string(),
  /** Host name of the VM, where Neutron has DNS; null = unknown to etcd. */
  vm: z.string().nullable(),
  project: z.string().nullable(),
  /** The VM's own address, when the one asked for is its floating IP. */
  behind: z.string().nullable(),
});
export type Holder = z.infer<typeof Holder>;

/** Whose an address is, and which endpoints are moving. */
export interface Holders {
  holders: Holder[];
  /** Names of LiveMigration objects: that of the endpoint on the target host. */
  migrating: string[];
  /** Keys of endpoints that could not be read; the address may be one of theirs. */
  unreadable: string[];
}

/** What to read, in the order that decodeHolders() expects. A prefix of many addresses has no holder. */
export function holderRanges(destination: Destination): Range[] {
  return isSingle(destination)
    ? [{ prefix: kindPrefix(kindOf("WorkloadEndpoint")) }, { prefix: kindPrefix(kindOf("LiveMigration")), keysOnly: true }]
    : [];
}

/** Only values that mention the address are parsed: a cloud has tens of thousands. */
export function decodeHolders(snapshot: Snapshot, destination: Destination): Holders {
  const [endpoints, migrations] = snapshot.ranges.map((range) => range.kvs);
  const wanted = [`"${prefixOf(destination)}"`, `"${destination.address}"`];
  const unreadable = strangeIn(endpoints ?? []);
  const mentioned = (endpoints ?? []).filter(({ value }) => wanted.some((text) => value.includes(text)));
  return {
    holders: mentioned.flatMap((kv) => holderOf(kv, destination, unreadable)),
    migrating: (migrations ?? []).map(({ key }) => key.slice(key.lastIndexOf("/") + 1)),
    unreadable,
  };
}

function holderOf(kv: KeyValue, destination: Destination, unreadable: string[]): Holder[] {
  const endpoint = decode(kv, WorkloadEndpoint, unreadable);
  if (endpoint === null) return [];
  const { metadata, spec } = endpoint;
  const floating = spec.ipNATs.find(({ externalIP }) => externalIP === destination.address);
  if (!floating && !spec.ipNetworks.includes(prefixOf(destination))) return [];
  return [
    {
      host: spec.node,
      device: spec.interfaceName,
      port: spec.endpoint,
      instance: spec.workload,
      vm: metadata.annotations?.[vmLabels.fqdn]?.split(".")[0] ?? null,
      project: metadata.labels?.[vmLabels.projectName] ?? null,
      behind: floating?.internalIP ?? null,
    },
  ];
}

/** What felix reported about a holder, with the keys that tell it. */
export function reportRanges(region: string, holder: Holder): Range[] {
  const felix = felixHost(region, holder.host);
  return [{ key: `${felix}status` }, { key: `${felix}last_reported_status` }, { key: portStateKey(region, holder) }];
}

export interface Report {
  /** Milliseconds since felix' leased key was written; null = it has no such key. */
  felix: number | null;
  /** Milliseconds since it was last heard of at all. */
  last: number | null;
  /** up, down, error; null = felix reported nothing about this port. */
  port: string | null;
}

export function decodeReport({ ranges, at }: Snapshot): Report {
  const [status, last, port] = ranges.map((range) => range.kvs[0]?.value ?? null);
  const age = (text: string | null | undefined): number | null => {
    const time = text ? Date.parse(Time.parse(JSON.parse(text)).time) : Number.NaN;
    return Number.isNaN(time) ? null : at - time;
  };
  return { felix: age(status), last: age(last), port: port ? Status.parse(JSON.parse(port)).status : null };
}

const Time = z.object({ time: z.string() });
const Status = z.object({ status: z.string() });
