import { timeOfDay } from "../contract/times.js";
import { type Light, type Line, type Section, type View, view, worst } from "../contract/view.js";
import { type Finding, subjects } from "./finding.js";
import { sayRecent } from "./recent-ports.js";
import { ago, bytes, count, list } from "./say.js";
import type { HostRow, Summary } from "./summary.js";

const word: Readonly<Record<Light, string>> = { bad: "RED", warn: "YELLOW", unknown: "GREY", info: "GREEN", ok: "GREEN" };

/** Verdict and size first, findings worst first, healthy parts folded into one line each. */
export function statusCard(summary: Summary): View {
  const light = worst(summary.findings.map((finding) => finding.light));
  const card = view(light, `${summary.cluster} ${word[light]}: ${headline(summary)}`, second(summary));
  card.sections.push(...wrong(summary.findings));
  card.sections.push({ kind: "lines", title: "all parts", lines: parts(summary) }, ...hostTable(summary));
  card.footer.push(...small(summary));
  return card;
}

function headline(summary: Summary): string {
  const [first, ...others] = summary.findings;
  if (!first) return `${count(summary.hosts.length, "host")}, ${healthy(summary).join(", ")}`;
  return others.length === 0 ? first.text : `${first.text} (+${others.length} more)`;
}

/** The parts with nothing to complain about, as short words. */
function healthy(summary: Summary): string[] {
  const parts = [];
  const { bgp, felix, etcd, agents } = summary;
  if (bgp.up === bgp.of && bgp.oneEnd === 0) parts.push(`BGP ${bgp.up}/${bgp.of}`);
  if (felix && felix.up === felix.of) parts.push(`felix ${felix.up}/${felix.of}`);
  if (etcd && etcd.up === etcd.of && !etcd.alarms?.length)
    parts.push(`etcd ${etcd.up}/${etcd.of}${etcd.alarms === null ? "" : ", no alarm"}`);
  // Without etcd Neutron goes on calling agents alive for a while: that is no news of them.
  if (summary.datastore && agents?.visible && agents.of > 0 && agents.alive === agents.of)
    parts.push(`agents ${agents.alive}/${agents.of}`);
  return parts;
}

function second(summary: Summary): string {
  const vms = summary.datastore ? `${count(summary.datastore.vms, "VM")}, ` : "";
  if (summary.findings.length === 0) return `${vms}${policies(summary)}nothing to do`;
  const fine = [...healthy(summary), ...otherHosts(summary)];
  return fine.length > 0 ? `Fine: ${fine.join(" · ")}` : "No part is entirely fine";
}

/** How many hosts no finding is about, once they are too many to be listed. */
function otherHosts(summary: Summary): string[] {
  const hit = new Set(summary.findings.flatMap((finding) => finding.hosts));
  const others = summary.hosts.filter((host) => !hit.has(host.name) && !host.maintenance).length;
  return hit.size > 0 && others > tableSize ? [`the other ${count(others, "host")}`] : [];
}

function policies(summary: Summary): string {
  if (!summary.datastore) return "";
  const { human, securityGroups } = summary.datastore.policies;
  return `${count(human, "policy", "policies")}, ${count(securityGroups, "security group")}; `;
}

/** One finding is the verdict already: only what is known about it is left to say. */
function wrong(findings: readonly Finding[]): Section[] {
  const [first, ...others] = findings;
  if (!first) return [];
  if (others.length > 0) return [{ kind: "lines", title: "what is wrong", lines: shown(findings) }];
  const lines = first.detail.slice(0, 5).map((text) => ({ text }));
  return lines.length === 0 ? [] : [{ kind: "lines", title: "what is known about it", lines }];
}

const most = 6;

function shown(findings: readonly Finding[]): Line[] {
  const lines: Line[] = findings
    .slice(0, most)
    .map((finding) => ({ light: finding.light, text: finding.text, detail: finding.detail.slice(0, 5) }));
  const rest = findings.slice(most);
  if (rest.length > 0)
    lines.push({
      text: `and ${rest.length} more: ${list(
        rest.map((finding) => finding.text),
        3,
      )}`,
    });
  return lines;
}

/** Every part in numbers, one line for what belongs together, so that the verdict stays on the screen. */
function parts(summary: Summary): Line[] {
  const { datastore, agents, calicoctl, felix, bgp } = summary;
  const unread = "could not be read";
  const oneEnd = bgp.oneEnd > 0 ? `, ${bgp.oneEnd} of them seen from one end only` : "";
  const tool = calicoctl
    ? `calicoctl ${calicoctl.client}, cluster version ${calicoctl.cluster ?? "unknown (normal on OpenStack)"}`
    : summary.notAsked.some(({ what }) => what === "calicoctl")
      ? "calicoctl gave no answer"
      : "calicoctl not configured";
  const lines = [
    `etcd ${etcdFact(summary)} · datastoreReady ${datastore ? String(datastore.ready ?? "not set") : unread}`,
    `Neutron master ${datastore ? (datastore.master ?? "nobody") : unread} · agents ${agentFact(agents)}${summary.ports ? ` · ${sayRecent(summary.ports)}` : ""}`,
    `felix ${felix ? `${felix.up} of ${felix.of} keys` : unread} · BGP ${bgp.up} of ${bgp.of} sessions up${oneEnd} · ${tool}`,
  ];
  if (!datastore) return lines.map((text) => ({ text }));
  const pools = datastore.pools.map(
    (pool) =>
      `${pool.name} ${pool.cidr} ${pool.encapsulation === "none" ? "routed" : pool.encapsulation}${pool.natOutgoing ? ", NAT" : ""}${pool.disabled ? ", disabled" : ""}`,
  );
  const { human, securityGroups, tiers } = datastore.policies;
  lines.push(
    `pools ${list(pools, 4) || "none"} · ${count(human, "human policy", "human policies")}, ${count(securityGroups, "security group")}, ${count(tiers, "tier")}`,
  );
  return lines.map((text) => ({ text }));
}

function etcdFact({ etcd }: Summary): string {
  if (!etcd) return "could not be asked";
  const known = etcd.alarms?.length ? `alarm ${etcd.alarms.join(", ")}` : "no alarm";
  const alarms = etcd.alarms === null ? "alarms unknown" : known;
  const size = etcd.dbSize === null ? "size unknown" : `${bytes(etcd.dbSize)} of ${bytes(etcd.quota)}`;
  return `${etcd.up} of ${etcd.of} members answer${etcd.up > 0 ? `, ${alarms}, ${size}` : ""}`;
}

function agentFact(agents: Summary["agents"]): string {
  if (agents === null) return "not asked";
  if (!agents.visible) return "the bot's user may not see them";
  return `${agents.alive} of ${agents.of} alive${agents.oldest === null ? "" : `, oldest heartbeat ${ago(agents.oldest)}`}`;
}

const tableSize = 12;

/** Hosts that need a look first, those that have the fault before those that feel it; healthy ones are folded when there are many. */
function hostTable(summary: Summary): Section[] {
  const hit = new Set(summary.findings.flatMap((finding) => finding.hosts));
  const causes = subjects(summary.findings);
  const order = summary.hosts.toSorted(
    (a, b) =>
      Number(hit.has(b.name)) - Number(hit.has(a.name)) ||
      Number(causes.has(b.name)) - Number(causes.has(a.name)) ||
      a.name.localeCompare(b.name, "en", { numeric: true }),
  );
  const fits = order.length <= tableSize;
  const rows = fits ? order : order.filter((row) => hit.has(row.name)).slice(0, tableSize);
  const folded = summary.hosts.length - rows.length;
  if (rows.length === 0) return [];
  const table: Section = {
    kind: "table",
    title: folded > 0 ? `hosts (${folded} more are folded)` : "hosts",
    columns: [
      { title: "host" },
      { title: "role" },
      { title: "felix" },
      { title: "BGP", align: "right" },
      { title: "routes", align: "right" },
      { title: "VMs", align: "right" },
    ],
    rows: rows.map(cells),
  };
  return [table];
}

function cells(row: HostRow): string[] {
  const felix = row.felix === "none" ? "-" : row.felixAge === null ? row.felix : `${row.felix}, ${ago(row.felixAge)}`;
  const bgp = row.bgp ? `${row.bgp.up}/${row.bgp.of}` : "?";
  const name = row.maintenance ? `${row.name} (maintenance)` : row.name;
  return [name, row.role, felix, row.recovering ? `${bgp} recovering` : bgp, routesOf(row), String(row.vms ?? "?")];
}

/** A BIRD that did not answer has no number of routes: none would be said of it otherwise. */
const routesOf = ({ bgp, routes }: HostRow): string => (bgp === null ? "?" : String(routes ?? "?"));

function small(summary: Summary): string[] {
  const lines = [
    `as of ${timeOfDay(summary.at)} UTC, every part asked live${summary.datastore ? `, etcd revision ${summary.datastore.revision}` : ""}`,
  ];
  const away = summary.hosts.filter((row) => row.maintenance).map((row) => row.name);
  if (away.length > 0) lines.push(`Not counted: ${list(away)} (maintenance)`);
  if (summary.notAsked.length > 0) lines.push(`Could not ask: ${unasked(summary.notAsked)}`);
  return lines;
}

/** Each with its reason while they are few; a dead rack is names only, the findings say why. */
function unasked(parts: Summary["notAsked"]): string {
  if (parts.length <= 4) return parts.map(({ what, why }) => (why.startsWith(what) ? why : `${what} (${why})`)).join(", ");
  return `${count(parts.length, "part")}: ${list(
    parts.map(({ what }) => what),
    12,
  )}`;
}
