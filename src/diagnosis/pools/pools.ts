import { z } from "zod";
import { byPlace, sizeOf } from "../../calico/cidr.js";
import { Finding } from "../finding.js";
import { checkAddresses } from "./check.js";
import type { AddressFacts } from "./facts.js";
import { share, usable, useOf } from "./use.js";

const PoolRow = z.object({
  name: z.string(),
  cidr: z.string(),
  encapsulation: z.string(),
  nat: z.boolean(),
  disabled: z.boolean(),
  used: z.number(),
  subnets: z.number(),
  /** Addresses as decimal text: IPv6 pools have more than a number holds. */
  size: z.string(),
  unallotted: z.string(),
  blocks: z.number(),
});
export type PoolRow = z.infer<typeof PoolRow>;

const SubnetRow = z.object({ cidr: z.string(), used: z.number(), of: z.string(), share: z.number(), pool: z.string().nullable() });

/** Pools with their use, and what is wrong with them. */
export const PoolsAnswer = z.object({
  cluster: z.string(),
  revision: z.number(),
  at: z.number(),
  pools: z.array(PoolRow),
  subnets: z.object({ total: z.number(), fullest: z.array(SubnetRow) }),
  addresses: z.number(),
  findings: z.array(Finding),
});
export type PoolsAnswer = z.infer<typeof PoolsAnswer>;

const shownSubnets = 8;

/** Facts about addresses as the answer that is sent and shown. */
export async function poolsAnswer(facts: AddressFacts): Promise<PoolsAnswer> {
  const use = await useOf(facts);
  const pools = use.pools.toSorted((a, b) => byPlace(a.pool.cidr, b.pool.cidr));
  const subnets = use.subnets.map(({ subnet, used, pool }) => {
    const of = usable(subnet);
    return { cidr: subnet.cidr.text, used, of: of.toString(), share: share(BigInt(used), of), pool };
  });
  return {
    cluster: facts.cluster,
    revision: facts.revision,
    at: facts.at,
    pools: pools.map(({ pool, used, subnets, allotted, blocks }) => {
      const { name, cidr, ipip, vxlan, nat, disabled } = pool;
      const encapsulation = [ipip && `IPIP ${ipip}`, vxlan && `VXLAN ${vxlan}`].filter(Boolean).join(", ") || "none";
      const size = sizeOf(cidr);
      return {
        name,
        cidr: cidr.text,
        encapsulation,
        nat,
        disabled,
        used,
        subnets,
        size: `${size}`,
        unallotted: `${size - allotted}`,
        blocks,
      };
    }),
    subnets: { total: subnets.length, fullest: subnets.toSorted((a, b) => b.share - a.share).slice(0, shownSubnets) },
    addresses: facts.endpoints.length,
    findings: checkAddresses(facts, use),
  };
}
