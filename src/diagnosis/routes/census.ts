import { z } from "zod";
import type { Answer } from "../../cluster/ask.js";
import type { BirdRoute } from "../../cluster/bird.js";
import type { Cluster } from "../../cluster/cluster.js";
import { nameOf } from "../../cluster/inventory.js";
import type { Facts } from "../facts.js";
import { type Gathering, gatherBirds, limited } from "../gather.js";
import { list } from "../say.js";

/** How many routes each host has, and where reflectors differ. */
export const RouteCensus = z.object({
  what: z.literal("census"),
  cluster: z.string(),
  at: z.number(),
  hosts: z.array(
    z.object({
      name: z.string(),
      role: z.string(),
      maintenance: z.boolean(),
      routes: z.number().nullable(),
      networks: z.number().nullable(),
      /** Why there are no numbers. */
      why: z.string().nullable(),
      /** Fewer networks than nine tenths of what the hosts of its role typically have. */
      few: z.number().nullable(),
    }),
  ),
  /** Networks that BGP brought to reflectors, and those that not all of them have alike. */
  reflectors: z.object({
    names: z.array(z.string()),
    unread: z.array(z.object({ name: z.string(), why: z.string() })),
    networks: z.number(),
    differences: z.array(z.object({ prefix: z.string(), by: z.array(z.object({ reflector: z.string(), to: z.string().nullable() })) })),
  }),
});
export type RouteCensus = z.infer<typeof RouteCensus>;

const shown = 200;

/** Counts of every host, whole tables of the reflectors alone. */
export async function takeCensus(cluster: Cluster, how: Gathering): Promise<RouteCensus> {
  const reflectors = cluster.hosts.filter((host) => host.role === "reflector" && host.ssh && !host.maintenance);
  const [facts, ...tables] = await Promise.all([
    gatherBirds(cluster, how),
    ...reflectors.map(async (host) => ({ name: host.name, table: await limited(host.name, (ask) => cluster.bird.table(host, ask), how) })),
  ]);
  return { what: "census", cluster: cluster.name, at: facts.at, hosts: hostRows(facts), reflectors: compare(tables, facts) };
}

function hostRows(facts: Facts): RouteCensus["hosts"] {
  const rows = facts.hosts.map((host) => {
    const reading = facts.birds.get(host.name);
    const counts = reading?.ok ? reading.value.daemons.flatMap(({ routes }) => (routes ? [routes] : [])) : [];
    const silent = reading?.ok ? reading.value.silent.map(({ how, family }) => `BIRD${family === 6 ? " for IPv6" : ""}: ${how}`) : [];
    const why = reading === undefined ? "not logged into" : reading.ok ? list(silent) || null : reading.failure.message;
    const sum = (of: "total" | "networks"): number | null => (counts.length === 0 ? null : counts.reduce((all, each) => all + each[of], 0));
    return { name: host.name, role: host.role, maintenance: host.maintenance, routes: sum("total"), networks: sum("networks"), why };
  });
  return rows.map((row) => ({ ...row, few: fewOf(row, rows) }));
}

type Counted = Omit<RouteCensus["hosts"][number], "few">;

/** The median of its role when this host has clearly less; a handful of networks says nothing. */
function fewOf(row: Counted, rows: readonly Counted[]): number | null {
  const alike = rows.filter(({ role, maintenance }) => role === row.role && !maintenance).flatMap(({ networks }) => networks ?? []);
  const median = alike.toSorted((a, b) => a - b)[Math.floor(alike.length / 2)];
  if (row.maintenance || row.networks === null || median === undefined || alike.length < 3) return null;
  return row.networks < median * 0.9 && median - row.networks > 1 ? median : null;
}

/** By prefix and where it leads; only what BGP brought, since a reflector's own routes are its own business. */
function compare(tables: readonly { name: string; table: Answer<BirdRoute[]> }[], { hosts }: Facts): RouteCensus["reflectors"] {
  const read = tables.flatMap(({ name, table }) =>
    table.ok ? [{ name, routes: new Map(bgpOnly(table.value).map((route) => [route.prefix, route])) }] : [],
  );
  const prefixes = new Set(read.flatMap(({ routes }) => [...routes.keys()]));
  const differences = [...prefixes].flatMap((prefix) => {
    const by = read.map(({ name, routes }) => {
      const hop = routes.get(prefix)?.nextHop ?? null;
      return { reflector: name, to: hop === null ? null : nameOf(hosts, hop) };
    });
    return new Set(by.map(({ to }) => to)).size > 1 ? [{ prefix, by }] : [];
  });
  return {
    names: read.map(({ name }) => name),
    unread: tables.flatMap(({ name, table }) => (table.ok ? [] : [{ name, why: table.failure.message }])),
    networks: prefixes.size,
    differences: differences.slice(0, shown),
  };
}

const bgpOnly = (routes: readonly BirdRoute[]): BirdRoute[] => routes.filter(({ source }) => source === "bgp");
