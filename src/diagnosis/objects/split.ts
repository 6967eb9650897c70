import type { Place } from "../../calico/keys.js";
import type { Kind } from "../../calico/kinds.js";
import { parseEndpointName, securityGroupOf } from "../../calico/names.js";
import type { ManyObjects } from "./answer.js";
import type { Wanted } from "./match.js";

/** Rows that one looks at; more are counted by what they have in common. Who narrowed the question gets more of them. */
const mostOf = ({ name }: Wanted): number => (name === null ? 50 : 200);
const mostGroups = 20;

export interface Split extends Pick<ManyObjects, "groups" | "narrower"> {
  shown: Place[];
}

/** Which objects get a row, and how the rest is counted and reached. Security groups are one line: people look for the other policies. */
export function split(places: readonly Place[], wanted: Wanted): Split {
  const { kind, name } = wanted;
  const groups = kind.kind === "NetworkPolicy" && name === null ? places.filter((place) => securityGroupOf(place.name) !== null) : [];
  const rest = groups.length === 0 ? [...places] : places.filter((place) => securityGroupOf(place.name) === null);
  const ofGroups = byWhat(groups, (place) => `security groups of Neutron in ${place.namespace}`);
  const narrower = groups.length > 0 ? [line(wanted, "ossg.*")] : [];
  const most = mostOf(wanted);
  if (rest.length <= most) return { shown: sorted(rest), groups: ofGroups, narrower };
  if (kind.kind === "WorkloadEndpoint" && hostsIn(rest).length > 1) return byHost(rest, wanted);
  const hidden = { what: "more, not shown", count: rest.length - most };
  const next = sorted(rest)[most]?.name ?? "";
  const start = `${next.slice(0, shared(rest) + 1)}*`;
  return { shown: sorted(rest).slice(0, most), groups: [...ofGroups, hidden], narrower: [...narrower, line(wanted, start)] };
}

/** How many first characters all names have in common: one more narrows the question. */
function shared(places: readonly Place[]): number {
  const [{ name: first } = { name: "" }, ...others] = places;
  let length = first.length;
  for (const { name } of others) while (!name.startsWith(first.slice(0, length))) length--;
  return length;
}

const hostOf = ({ name }: Place): string => parseEndpointName(name)?.node ?? "a name of another form";
const hostsIn = (places: readonly Place[]): string[] => [...new Set(places.map(hostOf))];

function byHost(places: readonly Place[], wanted: Wanted): Split {
  const all = byWhat(places, hostOf);
  const rest = all.slice(mostGroups);
  const other = { what: `${rest.length} more hosts`, count: rest.reduce((sum, group) => sum + group.count, 0) };
  const groups = rest.length > 0 ? [...all.slice(0, mostGroups), other] : all;
  return { shown: [], groups, narrower: [line(wanted, all[0]?.what ?? "HOST")] };
}

/** The largest group first. */
function byWhat(places: readonly Place[], what: (place: Place) => string): ManyObjects["groups"] {
  const counts = new Map<string, number>();
  for (const place of places) {
    const name = what(place);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => ({ what, count })).toSorted((a, b) => b.count - a.count || a.what.localeCompare(b.what));
}

const sorted = (places: readonly Place[]): Place[] =>
  places.toSorted((a, b) => (a.namespace ?? "").localeCompare(b.namespace ?? "") || a.name.localeCompare(b.name, "en", { numeric: true }));

/** The line that asks for some of these objects. */
export function line({ kind, namespace }: { kind: Kind; namespace: string | null }, name: string): string {
  return `get ${kind.kind.toLowerCase()} ${name}${namespace === null ? "" : ` -n ${namespace}`}`;
}
