import { z } from "zod";
import { placeOf } from "../calico/keys.js";
import { kindOf, kindPrefix, kinds } from "../calico/kinds.js";
import { securityGroupOf } from "../calico/names.js";
import { type Endpoint, type Endpoints, endpointsIn } from "./endpoint.js";
import { type Inquiry, read } from "./gather-vms.js";
import { migratingPorts } from "./migrating.js";
import { count, list } from "./say.js";

/** Something that has a name or an id and is no VM. */
export const Thing = z.object({
  /** `project`, `network`, `GlobalNetworkPolicy`, `host`, … */
  kind: z.string(),
  name: z.string(),
  id: z.string().nullable(),
  project: z.string().nullable(),
  /** What is known of it, and where from. */
  text: z.string(),
  /** The command that answers about it; null = there is none. */
  line: z.string().nullable(),
});
export type Thing = z.infer<typeof Thing>;

const unique = (all: readonly string[]): string[] => [...new Set(all)];

/** What etcd has under a word. */
export interface Stored {
  all: Endpoints | null;
  migrating: ReadonlySet<string>;
  things: Thing[];
  names: string[];
}

/** Endpoints whole, of every other kind the keys alone. */
export async function fromEtcd(asking: Inquiry, word: string): Promise<Stored> {
  const endpoint = kindOf("WorkloadEndpoint");
  const objects = kinds.filter((kind) => kind !== endpoint);
  const snapshot = await read(asking, [
    { prefix: kindPrefix(endpoint) },
    { prefix: kindPrefix(kindOf("LiveMigration")) },
    ...objects.map((kind) => ({ prefix: kindPrefix(kind), keysOnly: true })),
  ]);
  if (snapshot === null) return { all: null, migrating: new Set(), things: [], names: [] };
  const [weps, migrations, ...rest] = snapshot.ranges;
  const named = objects.flatMap((kind, i) =>
    (rest[i]?.kvs ?? []).flatMap(({ key }) => {
      const place = placeOf(kind, key);
      return place ? [{ kind: kind.kind, name: place.name, namespace: place.namespace }] : [];
    }),
  );
  return {
    all: endpointsIn(weps?.kvs ?? [], asking.unreadable),
    migrating: migratingPorts(migrations?.kvs ?? [], asking.unreadable),
    things: named.filter(({ name }) => name === word || securityGroupOf(name) === word || name === `default.${word}`).map(objectThing),
    names: unique(named.map(({ name }) => name).filter((name) => securityGroupOf(name) === null)),
  };
}

function objectThing({ kind, name, namespace }: { kind: string; name: string; namespace: string | null }): Thing {
  const group = securityGroupOf(name);
  const where = namespace === null ? "" : ` in namespace ${namespace}`;
  const text = group === null ? `Calico object${where}, from etcd` : `a security group as Calico enforces it${where}, from etcd`;
  const space = namespace === null ? "" : ` -n ${namespace}`;
  // A name that is no name of Calico's could be taken for something else in a line.
  const line = [name, namespace ?? "x"].every((part) => /^[\w.-]+$/.test(part) && !part.startsWith("-"))
    ? (policyLine(kind, name, namespace) ?? `get ${kind} ${name}${space}`)
    : null;
  return { kind, name, id: null, project: null, text, line };
}

/** Policies have a command of their own. */
function policyLine(kind: string, name: string, namespace: string | null): string | null {
  if (kind === "NetworkPolicy") return `policy np/${namespace ?? "default"}/${name}`;
  return kind === "GlobalNetworkPolicy" ? `policy gnp/${name}` : null;
}

/** Projects, networks and groups by the labels of endpoints: all that there is while Neutron is away. */
export function labelThings(all: Endpoints | null, word: string, known: readonly Thing[]): Thing[] {
  if (all === null) return [];
  const using: [string, (endpoint: Endpoint) => string | null][] = [
    ["project", ({ project, projectId }) => (project === word || projectId === word ? projectId : null)],
    ["network", ({ network, networkId }) => (network === word || networkId === word ? (networkId ?? network) : null)],
    ["security group", ({ groups }) => groups.find((group) => group.name === word || group.id === word)?.id ?? null],
  ];
  // What Keystone or Neutron told needs no search through every endpoint.
  const open = using.filter(([kind]) => !known.some((thing) => thing.kind === kind));
  return open.flatMap(([kind, of]) => {
    const byId = new Map<string, Endpoint[]>();
    for (const endpoint of all.matching(
      (text) => text.includes(word),
      (one) => of(one) !== null,
    )) {
      const key = of(endpoint) ?? "";
      byId.set(key, [...(byId.get(key) ?? []), endpoint]);
    }
    return [...byId].map(([key, endpoints]): Thing => {
      const hosts = unique(endpoints.map(({ host }) => host));
      const projects = unique(endpoints.map(({ project }) => project ?? "?"));
      const text = `${count(endpoints.length, "VM port")} on ${list(hosts, 3)} by labels in etcd`;
      return { kind, name: word, id: key, project: kind === "project" ? null : list(projects, 3), text, line: null };
    });
  });
}
