import { type Cidr, contains, locator, sizeOf, unionSize } from "../../calico/cidr.js";
import { inTurns } from "../read.js";
import type { AddressFacts, PoolFacts, SubnetFacts } from "./facts.js";

/** How much of a pool is taken. */
export interface PoolUse {
  pool: PoolFacts;
  /** Addresses of VM ports in it. */
  used: number;
  /** Subnets of Neutron in it, and how many addresses they have together: what is left over can become new subnets. */
  subnets: number;
  allotted: bigint;
  blocks: number;
}

export interface SubnetUse {
  subnet: SubnetFacts;
  used: number;
  /** Null = it lies in no pool. */
  pool: string | null;
}

export interface Use {
  pools: PoolUse[];
  subnets: SubnetUse[];
  /** Ports with an address that lies in no pool. */
  poolless: string[];
}

/** Counts endpoints into pools and subnets, and subnets into pools. */
export async function useOf({ pools, subnets, endpoints, blocks }: AddressFacts): Promise<Use> {
  const poolAt = locator(pools, ({ cidr }) => cidr);
  const subnetAt = locator(subnets, ({ cidr }) => cidr);
  const inPool = new Map<PoolFacts, number>();
  const inSubnet = new Map<SubnetFacts, number>();
  const poolless: string[] = [];
  await inTurns(endpoints, ({ owner, cidr }) => {
    const pool = poolAt(cidr);
    const subnet = subnetAt(cidr);
    if (pool) inPool.set(pool, (inPool.get(pool) ?? 0) + 1);
    else poolless.push(owner);
    if (subnet) inSubnet.set(subnet, (inSubnet.get(subnet) ?? 0) + 1);
  });
  return {
    pools: pools.map((pool) => {
      const within = (cidr: Cidr): boolean => contains(pool.cidr, cidr);
      const mine = subnets.map(({ cidr }) => cidr).filter(within);
      return { pool, used: inPool.get(pool) ?? 0, subnets: mine.length, allotted: unionSize(mine), blocks: blocks.filter(within).length };
    }),
    subnets: subnets.map((subnet) => ({ subnet, used: inSubnet.get(subnet) ?? 0, pool: poolAt(subnet.cidr)?.name ?? null })),
    poolless,
  };
}

/** Addresses of a subnet that ports can have: not its first, its last and its gateway. */
export const usable = ({ cidr }: SubnetFacts): bigint => (cidr.family === 4 && sizeOf(cidr) > 3n ? sizeOf(cidr) - 3n : sizeOf(cidr));

/** 0..1 */
export const share = (part: bigint, whole: bigint): number => (whole === 0n ? 0 : Number((part * 10_000n) / whole) / 10_000);
