import { z } from "zod";
import type { Light } from "../../contract/view.js";
import type { Facts } from "../facts.js";
import { type Finding, subjects } from "../finding.js";
import { ago, count } from "../say.js";
import { HostRow, type Summary, summarise } from "../summary.js";

const Row = HostRow.extend({
  rack: z.string().nullable(),
  light: z.enum(["bad", "warn", "unknown", "ok", "info"]),
  /** The worst that is wrong with it; null = nothing. */
  what: z.string().nullable(),
  /** Neutron's word for its felix agent. */
  agent: z.enum(["alive", "dead", "none", "unknown"]),
});
export type Row = z.infer<typeof Row>;

/** A name that is not in the config, and who uses it. */
const Stranger = z.object({ name: z.string(), seen: z.array(z.string()), alive: z.boolean() });

/** Every host in a row, those with trouble first, and names that only other sources know. */
export const HostsAnswer = z.object({
  cluster: z.string(),
  at: z.number(),
  rows: z.array(Row),
  strangers: z.array(Stranger),
  notAsked: z.array(z.string()),
});
export type HostsAnswer = z.infer<typeof HostsAnswer>;

const rank: Readonly<Record<Light, number>> = { bad: 0, warn: 1, unknown: 2, info: 3, ok: 3 };

/** The facts of `status`, by host instead of by cause; among equals the host that has the fault stands before those that feel it. */
export function hostsAnswer(facts: Facts): HostsAnswer {
  const summary = summarise(facts);
  const rows = summary.hosts.map((row) => rowOf(row, summary, facts));
  const causes = subjects(summary.findings);
  const sorted = rows.toSorted(
    (a, b) =>
      rank[a.light] - rank[b.light] ||
      Number(causes.has(b.name)) - Number(causes.has(a.name)) ||
      a.name.localeCompare(b.name, "en", { numeric: true }),
  );
  const parts = new Set(["etcd", "Calico's data in etcd", "Neutron"]);
  const notAsked = summary.notAsked.filter(({ what }) => parts.has(what)).map(({ what, why }) => `${what} (${why})`);
  return { cluster: facts.cluster, at: facts.at, rows: sorted, strangers: strangersOf(facts), notAsked };
}

function rowOf(row: HostRow, { findings }: Summary, facts: Facts): Row {
  const host = facts.hosts.find(({ name }) => name === row.name);
  const worst = findings.filter((finding) => finding.hosts.includes(row.name)).toSorted((a, b) => rank[a.light] - rank[b.light])[0];
  return { ...row, rack: host?.rack ?? null, ...stateOf(row, worst, host?.ssh === false), agent: agentOf(facts, row.name) };
}

function stateOf(row: HostRow, worst: Finding | undefined, away: boolean): Pick<Row, "light" | "what"> {
  if (row.maintenance) return { light: "info", what: "maintenance" };
  if (worst) return { light: worst.light, what: said(worst, row.name) };
  if (row.felix === "unknown") return { light: "unknown", what: "felix' key could not be read" };
  return away ? { light: "info", what: "not logged into" } : { light: "ok", what: null };
}

/** Without the name that stands in the same row. */
function said({ text }: Finding, name: string): string {
  const plain = text.replace(/^route reflector /, "");
  const start = [`${name}: `, `${name} `].find((named) => plain.startsWith(named));
  return start === undefined ? plain : plain.slice(start.length);
}

function agentOf({ openstack }: Facts, name: string): Row["agent"] {
  if (!openstack?.ok || !openstack.value.visible) return "unknown";
  const agent = openstack.value.agents.find((each) => each.host === name && each.binary === "calico-felix");
  return agent ? (agent.alive ? "alive" : "dead") : "none";
}

/** Felix' keys, Neutron's agents and VM ports name hosts too; a name must be the same to the byte everywhere. */
function strangersOf({ hosts, datastore, openstack }: Facts): HostsAnswer["strangers"] {
  const found = new Map<string, { seen: string[]; alive: boolean }>();
  const known = new Set(hosts.map(({ name }) => name));
  const add = (name: string, seen: string, alive: boolean): void => {
    if (known.has(name)) return;
    const before = found.get(name) ?? { seen: [], alive: false };
    found.set(name, { seen: [...before.seen, seen], alive: before.alive || alive });
  };
  if (datastore.ok) {
    const { felix, workloads, at } = datastore.value;
    for (const [name, { alive, last }] of felix)
      add(
        name,
        alive === null ? `felix key expired${last === null ? "" : `, last heard of ${ago(at - last)} ago`}` : "live felix key",
        alive !== null,
      );
    for (const [name, vms] of workloads) add(name, count(vms, "VM port"), true);
  }
  if (openstack?.ok)
    for (const { host, binary, alive } of openstack.value.agents) add(host, `${binary} ${alive ? "alive" : "dead"} in Neutron`, alive);
  return [...found]
    .map(([name, of]) => ({ name, ...of }))
    .toSorted((a, b) => Number(b.alive) - Number(a.alive) || a.name.localeCompare(b.name, "en", { numeric: true }));
}
