import { contains, overlaps, sizeOf } from "../../calico/cidr.js";
import { type Finding, finding, sorted } from "../finding.js";
import { count, list } from "../say.js";
import type { AddressFacts, Held, PoolFacts } from "./facts.js";
import { share, type Use, usable } from "./use.js";

/** What is wrong with the plan of addresses. */
export function checkAddresses(facts: AddressFacts, use: Use): Finding[] {
  const found = [...eachOther(facts.pools), ...facts.pools.flatMap((pool) => hostsIn(pool, facts.hosts)), ...poolless(facts, use)];
  return sorted([...found, ...fullSubnets(use), ...fullPools(use), ...unreadable(facts)]);
}

function eachOther(pools: readonly PoolFacts[]): Finding[] {
  const pairs = pools.flatMap((a, i) => pools.slice(i + 1).map((b) => [a, b] as const)).filter(([a, b]) => overlaps(a.cidr, b.cidr));
  return pairs.map(([a, b]) =>
    finding({
      id: `pool:${a.name}`,
      light: "bad",
      text: `pools ${a.name} (${a.cidr.text}) and ${b.name} (${b.cidr.text}) overlap`,
      detail: ["calicoctl refuses such a pair; which of them decides on encapsulation and NAT of an address in both is not defined"],
      weight: 50,
    }),
  );
}

function hostsIn(pool: PoolFacts, hosts: readonly Held[]): Finding[] {
  const inside = [...new Set(hosts.filter(({ cidr }) => contains(pool.cidr, cidr)).map(({ owner }) => owner))];
  const around = [
    ...new Set(hosts.filter(({ cidr }) => contains(cidr, pool.cidr) && cidr.bits < pool.cidr.bits).map(({ cidr }) => cidr.text)),
  ];
  if (inside.length > 0)
    return [
      finding({
        id: `pool:${pool.name}`,
        light: "bad",
        text: `pool ${pool.name} (${pool.cidr.text}) holds the addresses of ${count(inside.length, "host")}: ${list(inside, 4)}`,
        detail: ["a VM can be given the address of a host"],
        hosts: inside,
        weight: 100,
      }),
    ];
  if (around.length === 0) return [];
  const text = `pool ${pool.name} (${pool.cidr.text}) lies in the hosts' own network ${list(around, 2)}`;
  return [finding({ id: `pool:${pool.name}`, light: "warn", text, detail: ["hosts look for its addresses on their own wire"] })];
}

function poolless({ pools }: AddressFacts, { subnets, poolless }: Use): Finding[] {
  const outside = subnets.filter(({ pool }) => pool === null).map(({ subnet }) => subnet.cidr.text);
  const ports =
    poolless.length > 0 ? [`${count(poolless.length, "port address", "port addresses")} there: ${list([...new Set(poolless)], 3)}`] : [];
  if (pools.length === 0) {
    if (outside.length + poolless.length === 0) return [];
    const text = `there is no pool at all, and ${count(outside.length, "subnet")} with DHCP`;
    return [
      finding({
        id: "pools:",
        light: "warn",
        text,
        detail: [...ports, "addresses outside of pools are never masqueraded or encapsulated"],
      }),
    ];
  }
  const why =
    "outside of pools nothing is masqueraded or encapsulated, and where BIRD's filters go by pool (calico/node) no route is announced";
  if (outside.length === 0)
    return ports.length === 0 ? [] : [finding({ id: "pools:", light: "warn", text: `${ports[0]} in no pool`, detail: [why] })];
  const text = `${count(outside.length, "subnet")} with DHCP in no pool: ${list(outside, 4)}`;
  return [finding({ id: "pools:", light: "warn", text, detail: [...ports, why], weight: poolless.length })];
}

const nearlyFull = 0.8;

function fullSubnets({ subnets }: Use): Finding[] {
  return subnets.flatMap(({ subnet, used }) => {
    const taken = share(BigInt(used), usable(subnet));
    if (taken < nearlyFull) return [];
    const full = taken >= 1;
    const text = `subnet ${subnet.cidr.text} is ${full ? "full" : `${Math.floor(taken * 100)} % full`}: ${used} of ${usable(subnet)} addresses`;
    const detail = [`Neutron id ${subnet.id}; its allocation pools, which only Neutron knows, may be smaller`];
    return [finding({ id: `subnet:${subnet.id}`, light: full ? "bad" : "warn", text, detail, weight: used })];
  });
}

function fullPools({ pools }: Use): Finding[] {
  return pools.flatMap(({ pool, allotted }) => {
    const taken = share(allotted, sizeOf(pool.cidr));
    if (taken < 0.9) return [];
    const text = `pool ${pool.name} (${pool.cidr.text}) has no room to grow: ${Math.floor(taken * 100)} % of it is subnets already`;
    return [finding({ id: `pool:${pool.name}`, light: "warn", text, detail: ["new subnets need another pool"] })];
  });
}

function unreadable({ unreadable }: AddressFacts): Finding[] {
  if (unreadable.length === 0) return [];
  const text = `${count(unreadable.length, "key")} in etcd cannot be read and ${unreadable.length === 1 ? "is" : "are"} not counted`;
  return [finding({ id: "unreadable:", light: "warn", text, detail: [list(unreadable, 3)] })];
}
