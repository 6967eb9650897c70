import { type Answer, type Ask, answer } from "../../cluster/ask.js";
import type { Destination } from "../../cluster/bird.js";
import type { Cluster } from "../../cluster/cluster.js";
import type { HostReading } from "../../cluster/host.js";
import type { Host } from "../../cluster/inventory.js";
import { type Gathering, limited } from "../gather.js";
import { announcers } from "./announcers.js";
import type { Lookup, RouteFacts } from "./facts.js";
import { decodeHolders, decodeReport, type Holder, type Holders, holderRanges, type Report, reportRanges } from "./holder.js";
import { representatives } from "./sample.js";

type Wanted = readonly [Host, Lookup["role"]];
type Part = Pick<Gathering, "ask" | "within">;

/** Reflectors, samples and (as soon as etcd names them) owners; then whoever they name. With a node given, only it is asked. */
export async function gatherRoutes(
  cluster: Cluster,
  { destination, node }: { destination: Destination; node: Host | null },
  how: Gathering,
): Promise<RouteFacts> {
  const half = { ask: how.ask, within: how.within / 2 };
  const look = onceEach(lookFrom(cluster, destination, half));
  const blank = { cluster: cluster.name, destination, hosts: cluster.hosts, at: how.now(), reports: new Map(), machines: new Map() };
  if (node !== null) {
    const [holders, lookup] = await Promise.all([readHolders(cluster, destination, half), look([node, "asked"])]);
    return { ...blank, holders, lookups: [lookup] };
  }
  const wanted = firstAsked(cluster);
  const [{ holders, about, owned }, ...first] = await Promise.all([
    askOwners(cluster, destination, { look, how: half }),
    ...wanted.map(look),
  ]);
  how.progress(1, 2);
  const others = first.filter(({ host }) => !owned.some((lookup) => lookup.host.name === host.name));
  const facts = { ...blank, ...about, holders, lookups: [...others, ...owned] };
  const second = await Promise.all(missing(facts).map(look));
  how.progress(2, 2);
  return { ...facts, lookups: [...facts.lookups, ...second] };
}

/** A host that is both owner and sample is asked once. */
function onceEach(look: (wanted: Wanted) => Promise<Lookup>): (wanted: Wanted) => Promise<Lookup> {
  const asked = new Map<string, Promise<Lookup>>();
  return ([host, role]) => {
    const known = asked.get(host.name) ?? look([host, role]);
    asked.set(host.name, known);
    return known;
  };
}

interface Owned {
  holders: RouteFacts["holders"];
  about: Pick<RouteFacts, "reports" | "machines">;
  owned: Lookup[];
}

/** Whose it is by etcd, what those hosts do with it, and what felix says there. */
async function askOwners(
  cluster: Cluster,
  destination: Destination,
  { look, how }: { look(wanted: Wanted): Promise<Lookup>; how: Part },
): Promise<Owned> {
  const holders = await readHolders(cluster, destination, how);
  const owners = holders.ok ? holders.value.holders : [];
  const names = new Set(owners.map(({ host }) => host));
  const hosts = cluster.hosts.filter(({ name, ssh }) => ssh && names.has(name));
  const [about, ...owned] = await Promise.all([aboutOwners(cluster, owners, how), ...hosts.map((host) => look([host, "owner"]))]);
  return { holders, about, owned: owned.map((lookup) => ({ ...lookup, role: "owner" })) };
}

function firstAsked(cluster: Cluster): Wanted[] {
  const { reflectors, sampled } = representatives(cluster);
  return [...reflectors.map((host): Wanted => [host, "reflector"]), ...sampled.map((host): Wanted => [host, "sample"])];
}

/** What felix says about each owner's port, and the machine it is on. */
async function aboutOwners(cluster: Cluster, owners: readonly Holder[], how: Part): Promise<Pick<RouteFacts, "reports" | "machines">> {
  const reports = new Map<string, Answer<Report>>();
  const machines = new Map<string, Answer<HostReading>>();
  await Promise.all(
    owners.map(async (holder) => {
      const host = cluster.hosts.find(({ name, ssh }) => ssh && name === holder.host);
      const [report, machine] = await Promise.all([
        limited("etcd", (ask) => readReport(cluster, holder, ask), how),
        host ? limited(host.name, (ask) => cluster.host.read(host, ask), how) : null,
      ]);
      reports.set(holder.host, report);
      if (machine) machines.set(holder.host, machine);
    }),
  );
  return { reports, machines };
}

/** Hosts that the answers name and that were not asked yet; at most a few. */
function missing(facts: RouteFacts): Wanted[] {
  const named = [...new Set(announcers(facts).map(({ host }) => host))];
  return named
    .flatMap((name) => facts.hosts.filter((host) => host.name === name && host.ssh))
    .filter((host) => !facts.lookups.some((lookup) => lookup.host.name === host.name))
    .slice(0, 8)
    .map((host) => [host, "announcer"]);
}

function lookFrom(cluster: Cluster, destination: Destination, how: Part): (wanted: Wanted) => Promise<Lookup> {
  return async ([host, role]) => {
    const [bird, kernel] = await Promise.all([
      limited(host.name, (ask) => cluster.bird.routes(host, destination, ask), how),
      limited(host.name, (ask) => cluster.host.route(host, destination, ask), how),
    ]);
    return { host, role, bird, kernel };
  };
}

async function readHolders(cluster: Cluster, destination: Destination, how: Part): Promise<Answer<Holders>> {
  const ranges = holderRanges(destination);
  if (ranges.length === 0) return { ok: true, value: { holders: [], migrating: [], unreadable: [] } };
  const read = await limited("etcd", (ask) => cluster.etcd.read(ranges, ask), how);
  return read.ok ? answer(how.ask, async () => decodeHolders(read.value, destination)) : read;
}

async function readReport(cluster: Cluster, holder: Holder, ask: Ask): Promise<Answer<Report>> {
  const read = await cluster.etcd.read(reportRanges(cluster.region, holder), ask);
  return read.ok ? answer(ask, async () => decodeReport(read.value)) : read;
}
