import { describe, expect, test } from "@jest/globals";
import type { KeyValue } from "../../src/cluster/etcd.js";
import { placement, vmRangeKeys, vmRanges } from "../../src/doctor/placement.js";
import { golden } from "../support/keyspace.js";

const host = {
  name: "compute1",
  address: "10.0.1.1",
  bgp: ["10.0.1.1", "172.16.0.1"],
  role: "compute" as const,
  maintenance: false,
  peers: [],
  felix: true,
  ssh: true,
};
const on = {
  hosts: [host],
  ranges: [
    { name: "pool p1", cidr: "10.65.0.0/16" },
    { name: "subnet s1", cidr: "fd00:65::/64" },
  ],
};
const at = (...addresses: string[]) => placement("eu1", { who: "redis", addresses }, on);

describe("redis or the bot is told to move", () => {
  test.each([
    ["from a host of the cluster", ["192.0.2.1", "10.0.1.1"], "redis runs on compute1, a host of eu1"],
    ["from a host known by its BGP address", ["172.16.0.1"], "redis runs on compute1"],
    ["out of a VM", ["10.65.3.4"], "redis has the address 10.65.3.4 of pool p1 (10.65.0.0/16)"],
    ["out of a VM with an IPv6 address", ["fd00:65::9"], "of subnet s1"],
  ])("%s", (_, addresses, text) => {
    expect(at(...addresses)).toMatchObject({
      light: "bad",
      text: expect.stringContaining(text),
      fix: expect.stringContaining("move redis off eu1"),
    });
  });

  test("and not from an address beside the pools", () => {
    expect(at("10.66.0.1", "fd00:66::9")).toMatchObject({ light: "ok" });
  });
});

test("the ranges are read off what Calico and Neutron's driver write", () => {
  const range = ({ prefix }: { prefix: string }) => {
    const kvs = golden()
      .filter(({ key }) => key.startsWith(prefix))
      .map((kv): KeyValue => ({ ...kv, revision: 1, lease: null }));
    return { kvs, count: kvs.length };
  };

  const ranges = vmRanges({ revision: 1, at: 0, ranges: vmRangeKeys("no-region").map(range) });

  expect(ranges.filter(({ name }) => name.startsWith("pool "))).not.toEqual([]);
  expect(ranges.filter(({ name }) => name.startsWith("subnet "))).not.toEqual([]);
  expect(ranges.every(({ cidr }) => /^[\da-f.:]+\/\d+$/.test(cidr))).toBe(true);
});
