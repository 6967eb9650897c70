import { BlockList, isIP } from "node:net";
import { z } from "zod";
import type { Snapshot } from "../cluster/etcd.js";
import type { Host } from "../cluster/inventory.js";
import { bad, type Check, good } from "./check.js";

/** Something that must not go down with the cloud: the bot, Redis. */
export interface Standing {
  who: string;
  addresses: readonly string[];
}

/** Addresses that VMs have, with a name for people: `pool default-pool`, `subnet 13968d25-…`. */
export interface VmRange {
  name: string;
  cidr: string;
}

/** Where VMs' addresses stand in etcd, in the order that vmRanges() expects. */
export const vmRangeKeys = (region: string): { prefix: string }[] => [
  { prefix: "/calico/resources/v3/projectcalico.org/ippools/" },
  { prefix: `/calico/dhcp/v2/${region}/subnet/` },
];

const Pool = z.object({ spec: z.object({ cidr: z.string() }) });
const Subnet = z.object({ cidr: z.string() });

/** The ranges of a snapshot; what cannot be read is for `status` to tell. */
export function vmRanges({ ranges: [pools, subnets] }: Snapshot): VmRange[] {
  const last = (key: string): string => key.slice(key.lastIndexOf("/") + 1);
  const ofPools = (pools?.kvs ?? []).flatMap(({ key, value }) => {
    const read = Pool.safeParse(json(value));
    return read.success ? [{ name: `pool ${last(key)}`, cidr: read.data.spec.cidr }] : [];
  });
  const ofSubnets = (subnets?.kvs ?? []).flatMap(({ key, value }) => {
    const read = Subnet.safeParse(json(value));
    return read.success ? [{ name: `subnet ${last(key)}`, cidr: read.data.cidr }] : [];
  });
  return [...ofPools, ...ofSubnets];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Red when the watchman stands on what he watches: on a host of the cluster, or in a VM of it. */
export function placement(
  cluster: string,
  { who, addresses }: Standing,
  on: { hosts: readonly Host[]; ranges: readonly VmRange[] },
): Check {
  const what = `${who} outside ${cluster}`;
  const fix = `move ${who} off ${cluster}: it would be gone when it is needed`;
  const host = on.hosts.find((one) => [one.address, ...one.bgp].some((address) => addresses.includes(address)));
  if (host !== undefined) return bad(what, `${who} runs on ${host.name}, a host of ${cluster}`, fix);
  for (const { name, cidr } of on.ranges) {
    const inside = addresses.find((address) => within(address, cidr));
    if (inside !== undefined) return bad(what, `${who} has the address ${inside} of ${name} (${cidr}): it is a VM of ${cluster}`, fix);
  }
  const known = on.ranges.length === 0 ? "hosts" : "hosts, pools and subnets";
  return good(what, `${addresses.join(", ") || "no address"}: none of its ${known}`);
}

function within(address: string, cidr: string): boolean {
  const [net = "", bits = ""] = cidr.split("/");
  const family = isIP(net);
  if (family === 0 || isIP(address) !== family || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const kind = family === 4 ? "ipv4" : "ipv6";
  list.addSubnet(net, Number(bits), kind);
  return list.check(address, kind);
}
