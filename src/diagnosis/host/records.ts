import { z } from "zod";
import { felixHost } from "../../calico/keys.js";
import { kindOf, kindPrefix } from "../../calico/kinds.js";
import { endpointsOf, parseEndpointName, vmNamespace } from "../../calico/names.js";
import type { Range, Snapshot } from "../../cluster/etcd.js";

/** What etcd holds about one host. */
export interface HostRecords {
  /** Milliseconds since felix wrote its leased key; null = no such key. */
  alive: number | null;
  /** Milliseconds since it was last heard of; null = never. */
  last: number | null;
  /** Seconds that felix runs, by its own last word. */
  uptime: number | null;
  /** Ports of VMs that belong on the host. */
  ports: string[];
  /** What felix says of ports: up, down, error. */
  statuses: ReadonlyMap<string, string>;
  unreadable: string[];
}

/** What to read, in the order that decodeRecords() expects. */
export function recordRanges(region: string, host: string): Range[] {
  return [
    { prefix: felixHost(region, host) },
    { prefix: `${kindPrefix(kindOf("WorkloadEndpoint"), vmNamespace(region))}${endpointsOf(host)}`, keysOnly: true },
  ];
}

const Felix = z.object({ time: z.string(), uptime: z.number() });
const Port = z.object({ status: z.string() });

/** Values that cannot be read are named, never guessed. */
export function decodeRecords({ ranges, at }: Snapshot): HostRecords {
  const [felix = [], endpoints = []] = ranges.map((range) => range.kvs);
  const records = { alive: null as number | null, last: null as number | null, uptime: null as number | null };
  const statuses = new Map<string, string>();
  const unreadable: string[] = [];
  for (const { key, value } of felix) {
    const last = key.slice(key.lastIndexOf("/") + 1);
    try {
      if (last === "status" || last === "last_reported_status") {
        const { time, uptime } = Felix.parse(JSON.parse(value));
        records[last === "status" ? "alive" : "last"] = at - Date.parse(time);
        if (last === "status") records.uptime = uptime;
      } else if (key.includes("/endpoint/")) statuses.set(last, Port.parse(JSON.parse(value)).status);
    } catch {
      unreadable.push(key);
    }
  }
  const ports = endpoints.flatMap(({ key }) => parseEndpointName(key.slice(key.lastIndexOf("/") + 1))?.endpoint ?? []);
  return { ...records, ports, statuses, unreadable };
}
