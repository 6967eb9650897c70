import { describe, expect, test } from "@jest/globals";
import pools from "../../commands/pools.js";
import { toFailure } from "../../src/contract/failure.js";
import type { View } from "../../src/contract/view.js";
import { ask, fakeCluster } from "../support/cluster.js";
import { goldenKeys } from "../support/keyspace.js";
import { v3Keys } from "../support/objects.js";

const pool = (name: string, cidr: string, more: Record<string, unknown> = {}) =>
  v3Keys("ippools", 1, () => ({ name, spec: { cidr, ...more } }));
const ports = (n: number, address: (i: number) => string) =>
  v3Keys("workloadendpoints", n, (i) => ({
    name: `openstack/c1-openstack-d${i}-p${i}`,
    spec: { endpoint: `p${i}`, ipNetworks: [`${address(i)}/32`] },
  }));
const subnet = (id: string, cidr: string) => ({ [`/calico/dhcp/v2/no-region/subnet/${id}`]: JSON.stringify({ network_id: "n", cidr }) });
const sound = { ...pool("p1", "10.65.0.0/16"), ...subnet("s1", "10.65.0.0/24"), ...ports(3, (i) => `10.65.0.${10 + i}`) };
const cardOf = (keys: Record<string, string>): Promise<View> => ask(pools, fakeCluster({ keys }), {});
const wrong = (card: View) =>
  card.sections.flatMap((section) =>
    section.kind === "lines" && section.title === "what is wrong" ? section.lines.map(({ text }) => text) : [],
  );
const rows = (card: View) => card.sections.find((section) => section.kind === "table")?.rows;

describe("pools", () => {
  test("of a sound plan is green, with use counted from the ports and room from the subnets", async () => {
    const card = await cardOf(sound);

    expect(card.verdict).toEqual({
      light: "ok",
      text: "lab: 1 pool, none overlaps another or the hosts, every subnet lies in one",
      detail: "1 pool, 1 subnet with DHCP, 3 VM addresses",
    });
    expect(rows(card)).toEqual([["p1", "10.65.0.0/16", "none", "-", "3 of 65,536", "1", "65,280"]]);
    expect(JSON.stringify(card.sections)).toContain("10.65.0.0/24: 3 of 253 (1 %), in p1");
    expect(card.footer[0]).toContain("etcd revision 42");
  });

  test.each([
    ["pools that overlap", { ...sound, ...pool("p2", "10.65.128.0/17") }, "bad", "pools p1 (10.65.0.0/16) and p2 (10.65.128.0/17) overlap"],
    [
      "a pool with hosts in it",
      { ...sound, ...pool("p2", "10.0.0.0/24") },
      "bad",
      "pool p2 (10.0.0.0/24) holds the addresses of 4 hosts: ctl1, c1, c2, rr1",
    ],
    [
      "a pool in the network of Calico's nodes",
      {
        ...sound,
        ...pool("p2", "192.168.10.128/25"),
        ...v3Keys("nodes", 1, () => ({ name: "n1", spec: { bgp: { ipv4Address: "192.168.10.11/24" } } })),
      },
      "warn",
      "pool p2 (192.168.10.128/25) lies in the hosts' own network 192.168.10.0/24",
    ],
    ["a subnet in no pool", { ...sound, ...subnet("s2", "10.99.0.0/24") }, "warn", "1 subnet with DHCP in no pool: 10.99.0.0/24"],
    [
      "a subnet that reaches beyond its pool",
      { ...sound, ...subnet("s2", "10.64.0.0/15") },
      "warn",
      "1 subnet with DHCP in no pool: 10.64.0.0/15",
    ],
    ["a port in no pool", { ...sound, ...ports(1, () => "172.20.0.9") }, "warn", "1 port address there: p0 in no pool"],
    [
      "a full subnet",
      { ...sound, ...subnet("s2", "10.65.9.0/29"), ...ports(5, (i) => `10.65.9.${2 + i}`) },
      "bad",
      "subnet 10.65.9.0/29 is full: 5 of 5 addresses",
    ],
    [
      "a nearly full subnet",
      { ...sound, ...subnet("s2", "10.65.9.0/29"), ...ports(4, (i) => `10.65.9.${2 + i}`) },
      "warn",
      "subnet 10.65.9.0/29 is 80 % full: 4 of 5 addresses",
    ],
    [
      "a pool that is all subnets",
      { ...pool("p1", "10.65.0.0/24"), ...subnet("s1", "10.65.0.0/24") },
      "warn",
      "pool p1 (10.65.0.0/24) has no room to grow: 100 % of it is subnets already",
    ],
    ["no pool at all", subnet("s1", "10.65.0.0/24"), "warn", "there is no pool at all, and 1 subnet with DHCP"],
    ["a pool that cannot be read", { ...sound, ...pool("p3", "10.1/33") }, "warn", "1 key in etcd cannot be read and is not counted"],
  ] as const)("names %s", async (_, keys, light, text) => {
    const card = await cardOf(keys);

    expect(card.verdict.light).toBe(light);
    expect(wrong(card)).toContain(text);
  });

  test("says what NAT and encapsulation make felix do", async () => {
    const plain = JSON.stringify((await cardOf(sound)).sections);
    const special = JSON.stringify(
      (await cardOf({ ...pool("p1", "10.65.0.0/16", { natOutgoing: true, ipipMode: "CrossSubnet" }), ...ports(1, () => "10.65.0.9") }))
        .sections,
    );

    expect(plain).toContain("the first one that is restarts felix on every host");
    expect(special).toContain("felix itself masquerades what leaves the pools from p1");
    expect(special).toContain("encapsulated: p1; IPIP takes 20");
    expect(special).toContain('"IPIP CrossSubnet","yes","1 of 65,536"');
  });

  test("of a real keyspace counts every address once, IPv6 too", async () => {
    const keys = goldenKeys();

    const card = await ask(pools, { ...fakeCluster({ keys }), hosts: [] }, {});

    expect(wrong(card)).toEqual([]);
    expect(rows(card)?.map(([name, , , , used]) => `${name}: ${used}`)).toEqual([
      "vm-tenant-pool: 22 of 65,536",
      "vxlan-pool: 0 of 4,096",
      "default-pool: 4 of 65,536",
      "old-pool (disabled): 0 of 4,096",
      "v6-pool: 4 of ~2^64",
    ]);
  });

  test("counts 50,000 ports without holding up the worker for long at a time", async () => {
    const many = ports(50_000, (i) => `10.65.${i >> 8}.${i & 255}`);
    const cluster = fakeCluster({ keys: { ...pool("p1", "10.65.0.0/16"), ...subnet("s1", "10.65.0.0/16"), ...many } });
    let longest = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);

    const card = await ask(pools, cluster, {});
    clearInterval(watch);

    expect(card.verdict.detail).toBe("1 pool, 1 subnet with DHCP, 50,000 VM addresses");
    expect(longest).toBeLessThan(1000);
  }, 30_000);

  test("is refused with etcd's own reason when etcd is away", async () => {
    expect(await ask(pools, fakeCluster({ etcdDown: true }), {}).then(() => null, toFailure)).toMatchObject({ code: "unreachable" });
  });
});
