import type { Check, Facts } from "../facts.js";
import { type Finding, finding } from "../finding.js";
import { type RecentPorts, recentPorts } from "../recent-ports.js";
import { count, list } from "../say.js";

/** Whether new VMs get a network: ports that hang between Neutron and felix, and ports that no host took. */
export const ports: Check = (facts) => {
  const recent = recentOf(facts);
  return recent === null ? [] : [...stuck(recent), ...failed(recent)];
};

/** The ports of the last 15 minutes beside what felix says of them; null = not asked, or no answer. */
export function recentOf({ ports: asked, datastore, at }: Facts): RecentPorts | null {
  if (!asked?.ok) return null;
  return recentPorts(asked.value, datastore.ok ? datastore.value.endpoints : null, at);
}

function stuck(recent: RecentPorts): Finding[] {
  if (recent.stuck.length === 0) return [];
  const hosts = byHost(recent.stuck);
  const text = `${count(recent.stuck.length, "port")} of the last 15 min stuck on ${list(hosts.map(([host, n]) => `${host} (${n})`))}`;
  return [found({ id: "ports:stuck", recent, text, list: recent.stuck })];
}

function failed(recent: RecentPorts): Finding[] {
  if (recent.failed.length === 0) return [];
  const hosts = byHost(recent.failed);
  const text = `${count(recent.failed.length, "port")} of the last 15 min could not be bound on ${list(hosts.map(([host, n]) => `${host} (${n})`))}`;
  const next = "Neutron had no live felix agent of that host, or the network is of a type that Calico does not support";
  return [found({ id: "ports:failed", recent, text, list: recent.failed, next })];
}

interface Trouble {
  id: string;
  recent: RecentPorts;
  text: string;
  list: RecentPorts["stuck"];
  next?: string;
}

/** Red when no new VM gets a network at all. */
function found({ id, recent, text, list: rows, next }: Trouble): Finding {
  const detail = rows.slice(0, 4).map(({ port, host, why }) => `port ${port} on ${host}: ${why}`);
  const hosts = byHost(rows).map(([host]) => host);
  const light = recent.active === 0 ? "bad" : "warn";
  return finding({ id, light, text, detail: next === undefined ? detail : [next, ...detail], hosts, weight: rows.length });
}

function byHost(rows: RecentPorts["stuck"]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { host } of rows) counts.set(host, (counts.get(host) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}
