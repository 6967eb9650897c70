import type { Line, Section, View } from "../../contract/view.js";
import { asOf } from "../as-of.js";
import { findingsCard } from "../findings-card.js";
import { count, list } from "../say.js";
import type { PoolRow, PoolsAnswer } from "./pools.js";

/** Pools in the order of their addresses, what is wrong with them, and what felix does because of them. */
export function poolsCard(answer: PoolsAnswer): View {
  const { cluster, pools, subnets, addresses, findings } = answer;
  const size = `${count(pools.length, "pool")}, ${count(subnets.total, "subnet")} with DHCP, ${count(addresses, "VM address", "VM addresses")}`;
  const healthy = `${count(pools.length, "pool")}, none overlaps another or the hosts, every subnet lies in one`;
  const card = findingsCard(cluster, findings, { healthy, size });
  if (pools.length > 0) card.sections.push(table(pools));
  if (subnets.fullest.length > 0) card.sections.push(fullest(answer));
  card.sections.push({ kind: "lines", title: "worth knowing", lines: notes(pools) });
  card.footer.push(`${asOf(answer)}; used = addresses of ports in etcd, room = not in any subnet with DHCP`);
  return card;
}

/** More pools than one looks at are in `get ippool`. */
const shown = 30;

function table(pools: readonly PoolRow[]): Section {
  return {
    kind: "table",
    title: pools.length > shown ? `pools (${shown} of ${pools.length})` : "pools",
    columns: [
      { title: "pool" },
      { title: "cidr" },
      { title: "encapsulation" },
      { title: "NAT" },
      { title: "used", align: "right" },
      { title: "subnets", align: "right" },
      { title: "room", align: "right" },
    ],
    rows: pools
      .slice(0, shown)
      .map((pool) => [
        pool.disabled ? `${pool.name} (disabled)` : pool.name,
        pool.cidr,
        pool.encapsulation,
        pool.nat ? "yes" : "-",
        `${many(BigInt(pool.used))} of ${many(BigInt(pool.size))}`,
        String(pool.subnets),
        many(BigInt(pool.unallotted)),
      ]),
  };
}

/** `65,536`; beyond a billion the power of two below it. */
function many(n: bigint): string {
  return n < 1_000_000_000n ? n.toLocaleString("en-US") : `~2^${n.toString(2).length - 1}`;
}

function fullest({ subnets }: PoolsAnswer): Section {
  const lines = subnets.fullest.map(({ cidr, used, of, share, pool }) => ({
    text: `${cidr}: ${used} of ${many(BigInt(of))} (${Math.floor(share * 100)} %)${pool === null ? ", in no pool" : `, in ${pool}`}`,
  }));
  return { kind: "lines", title: subnets.total > lines.length ? `fullest of ${subnets.total} subnets` : "subnets", lines };
}

function notes(pools: readonly PoolRow[]): Line[] {
  const lines: Line[] = [{ text: "Neutron gives VMs their addresses: `calicoctl ipam show` counts none of them" }];
  const named = (fits: (pool: PoolRow) => boolean): string => list(pools.filter(fits).map(({ name }) => name));
  const [nat, encapsulated, disabled, blocks] = [
    named((pool) => pool.nat),
    named((pool) => pool.encapsulation !== "none"),
    named((pool) => pool.disabled && pool.used > 0),
    named((pool) => pool.blocks > 0),
  ];
  if (nat !== "")
    lines.push({
      light: "warn",
      text: `NAT: felix itself masquerades what leaves the pools from ${nat}: far ends see the host's address, not the VM's`,
    });
  if (encapsulated !== "")
    lines.push({
      light: "warn",
      text: `encapsulated: ${encapsulated}; IPIP takes 20 and VXLAN 50 bytes of MTU; removing the last such pool restarts felix on every host`,
    });
  else lines.push({ text: "no pool is encapsulated: the first one that is restarts felix on every host (2-3 s, traffic goes on)" });
  if (disabled !== "")
    lines.push({ text: `disabled yet in use: ${disabled}; Neutron goes on using it, the flag stops only Calico's own address management` });
  if (blocks !== "")
    lines.push({ text: `blocks of Calico's own address management lie in ${blocks}: something besides Neutron gives addresses` });
  return lines;
}
