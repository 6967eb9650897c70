import { z } from "zod";
import type { Cluster } from "../cluster/cluster.js";
import { byId, byName } from "./find-cloud.js";
import { fromEtcd, labelThings, Thing } from "./find-things.js";
import { Finding, sorted } from "./finding.js";
import type { Gathering } from "./gather.js";
import { inquiry, projectNames, vmsOf } from "./gather-vms.js";
import { Unreadable, unreadableOf } from "./unreadable.js";
import { VmPort } from "./vm-port.js";

/** Everything that has a name or an id. */
export const FindAnswer = z.object({
  cluster: z.string(),
  at: z.number(),
  word: z.string(),
  vms: z.array(VmPort),
  /** How many VM ports matched; `vms` holds the first of them. */
  vmCount: z.number(),
  things: z.array(Thing),
  findings: z.array(Finding),
  notAsked: z.array(z.object({ what: z.string(), why: z.string() })),
  unreadable: Unreadable,
  /** Names that are there, for "did you mean". */
  alike: z.array(z.string()),
});
export type FindAnswer = z.infer<typeof FindAnswer>;

/** More VMs are counted, not told. */
const mostVms = 20;
const id = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/** Looks for a word among VM ports, instances, projects, networks, groups, hosts and every Calico object, by its whole name or id. */
export async function findWord(cluster: Cluster, typed: string, how: Gathering): Promise<FindAnswer> {
  const asking = inquiry(cluster, how);
  const isId = id.test(typed);
  const word = isId ? typed.toLowerCase() : typed;
  const [stored, told] = await Promise.all([fromEtcd(asking, word), isId ? byId(asking, word) : byName(asking, word)]);
  const endpoints = stored.all?.matching(
    (text) => text.includes(word),
    ({ port, instance, name }) => [port, instance, name].includes(word),
  );
  const ports = told.ports;
  const matched = unique([...(endpoints ?? []).map(({ port }) => port), ...(ports ?? []).map((port) => port.id)]);
  const kept = new Set(matched.slice(0, mostVms));
  const { vms, findings } = await vmsOf(asking, {
    endpoints: endpoints?.filter(({ port }) => kept.has(port)) ?? null,
    all: stored.all,
    ports: ports?.filter((port) => kept.has(port.id)) ?? null,
    everything: told.everything,
    migrating: stored.migrating,
  });
  const things = [
    ...hostThings(cluster, word),
    ...told.things,
    ...labelThings(stored.all, word, told.things),
    ...stored.things,
    ...told.idle,
  ];
  const projects = await projectNames(asking, unique(things.flatMap(({ project }) => project ?? [])));
  return {
    cluster: cluster.name,
    at: how.now(),
    word,
    vms,
    vmCount: matched.length,
    things: things.map((thing) => ({ ...thing, project: (thing.project && projects.get(thing.project)) ?? thing.project })),
    findings: sorted(findings),
    notAsked: asking.notAsked,
    unreadable: unreadableOf(asking.unreadable),
    alike: unique([...cluster.hosts.map(({ name }) => name), ...stored.names]),
  };
}

const unique = (all: readonly string[]): string[] => [...new Set(all)];

function hostThings({ hosts }: Cluster, word: string): Thing[] {
  return hosts
    .filter(({ name, address, bgp }) => name === word || address === word || bgp.includes(word))
    .map(({ name, address, role }) => ({
      kind: "host",
      name,
      id: null,
      project: null,
      text: `${role}, ${address}, from the config`,
      line: `bgp ${name}`,
    }));
}
