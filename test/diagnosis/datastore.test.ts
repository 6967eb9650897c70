import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { nodeOf } from "../../src/calico/names.js";
import type { Range, RangeResult } from "../../src/cluster/etcd.js";
import { datastoreRanges, decodeDatastore } from "../../src/diagnosis/datastore.js";

const golden = (name: string): { key: string; value: string }[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../golden/etcd", name), "utf8"));

function decoded(name: string, region: string) {
  const keys = golden(name);
  const ranges = datastoreRanges(region).map((range): RangeResult => rangeOf(keys, range));
  return decodeDatastore({ revision: 1, at: 0, ranges });
}

function rangeOf(keys: { key: string; value: string }[], range: Range): RangeResult {
  const wanted = (key: string) => ("key" in range ? key === range.key : key.startsWith("prefix" in range ? range.prefix : range.count));
  const kvs = keys.filter(({ key }) => wanted(key)).map((kv) => ({ ...kv, revision: 1, lease: null }));
  return { kvs: "count" in range ? [] : kvs, count: kvs.length };
}

describe("the recorded keyspace of a cluster", () => {
  const store = decoded("keyspace.json", "no-region");

  test("tells which felix lives and when a dead one was last heard of", () => {
    expect([...store.felix.keys()].toSorted()).toEqual(["compute-01", "compute-02", "compute-03"]);
    expect(store.felix.get("compute-01")?.alive).toEqual(expect.any(Number));
    expect(store.felix.get("compute-03")).toMatchObject({ alive: null, last: expect.any(Number) });
  });

  test("counts endpoints by host, security groups apart from people's policies", () => {
    expect([...store.workloads.values()].reduce((a, b) => a + b, 0)).toBe(24);
    expect(store.policies.securityGroups).toBe(5);
    expect(store.pools).toHaveLength(5);
    expect(store.pools.filter((pool) => pool.disabled)).toHaveLength(1);
    expect(store.pools.map((pool) => pool.encapsulation)).toEqual(expect.arrayContaining(["ipip", "vxlan", "none"]));
  });

  test("knows the ready flag and the master, and has nothing it cannot read", () => {
    expect(store).toMatchObject({ ready: true, calicoVersion: null, unreadable: [] });
  });
});

test("what a real Neutron server wrote is read too", () => {
  const store = decoded("networking-calico-keyspace.json", "no-region");

  expect(store).toMatchObject({ ready: true, unreadable: [] });
  expect(store.master).toMatch(/^[\w.-]+:\d+$/);
  expect(store.policies.securityGroups).toBeGreaterThan(0);
  expect(store.felix.size).toBeGreaterThan(0);
});

test.each([
  ["compute--01-openstack-3f8f1b5e--6a5a-0b1c--1111", "compute-01"],
  ["host-openstack-a-b", "host"],
  ["rack--1--u--2-k8s-pod-eth0", "rack-1-u-2"],
])("endpoint %s is on %s", (name, host) => {
  expect(nodeOf(name)).toBe(host);
});
