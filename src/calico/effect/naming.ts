import { type Cidr, prefixesOf, unionSize } from "../cidr.js";
import { vmLabels } from "../resource.js";
import { bare } from "../verdict/connection.js";
import type { Endpoint } from "../verdict/endpoint.js";
import { type Bits, members } from "./bits.js";
import type { Parties, Party } from "./parties.js";

/** Parties as people know them. */
export interface Named {
  /** `security group "web" of shop (12 VMs)`, `0.0.0.0/0`. */
  text: string;
  endpoints: number;
  /** Prefixes of what is outside. */
  nets: readonly string[];
}

/** Names sets of parties by security group, project, label, namespace, host or prefix. */
export function namer(parties: Parties): (bits: Bits) => Named {
  const counted = new Map<number, Map<string, number>>();
  const countsOf = (party: Party): Map<string, number> => {
    const found = counted.get(party.index) ?? countedIn(party);
    counted.set(party.index, found);
    return found;
  };
  let whole: Map<string, number> | null = null;
  const total = (): Map<string, number> => (whole ??= summed(parties.all.filter(({ leadsTo }) => leadsTo === null).map(countsOf)));
  return (bits) => {
    const here = [...members(bits)].flatMap((index) => parties.all[index] ?? []);
    const outside = here.filter(({ sides, leadsTo }) => sides[0].kind === null && leadsTo === null);
    const floating = here.filter(({ leadsTo }) => leadsTo !== null);
    const own = here.filter(({ sides, leadsTo }) => sides[0].kind !== null && leadsTo === null);
    const nets = netsOf(outside, parties);
    const words = [
      ...(own.length > 0 ? [endpointsText(own, { counts: summed(own.map(countsOf)), total: total() })] : []),
      ...(floating.length > 0 ? [floatingText(floating)] : []),
      ...(nets.length > 0 ? [listed(nets, 4)] : []),
    ];
    return { text: words.join(" and "), endpoints: sizeOf(own), nets };
  };
}

const sizeOf = (parties: readonly Party[]): number =>
  new Set(parties.flatMap(({ members: all }) => all.map(({ endpoint }) => endpoint.id))).size;

function summed(all: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const counts of all) for (const [name, count] of counts) sum.set(name, (sum.get(name) ?? 0) + count);
  return sum;
}

function countedIn({ members: all }: Party): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { endpoint } of all) for (const name of namesOf(endpoint)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const everything = "all endpoints";

/** Everything that an endpoint may be called together with others. */
function namesOf({ labels, kind, node, namespace }: Endpoint): string[] {
  if (kind === "host") return [everything, "all hosts", `host ${node}`];
  const project = labels[vmLabels.projectName] ?? labels[vmLabels.projectId];
  const groups = Object.entries(labels).flatMap(([label, value]) =>
    label.startsWith(vmLabels.groupPrefix) ? `security group "${value}"${project === undefined ? "" : ` of ${project}`}` : [],
  );
  const apps = ["app", "role", "k8s-app", "app.kubernetes.io/name"].flatMap((label) =>
    labels[label] === undefined ? [] : `${label}=${labels[label]}`,
  );
  return [
    everything,
    "all VMs",
    ...(namespace === null ? [] : [`namespace ${namespace}`]),
    ...(project === undefined ? [] : [`project ${project}`]),
    ...groups,
    ...apps,
  ];
}

/** Names that hold these endpoints and no others, the largest first; what is left over one by one. */
function endpointsText(
  parties: readonly Party[],
  { counts, total }: { counts: ReadonlyMap<string, number>; total: ReadonlyMap<string, number> },
): string {
  const exact = new Set([...counts].filter(([name, count]) => total.get(name) === count).map(([name]) => name));
  let left = parties.flatMap(({ members: all }) => all.map(({ endpoint }) => endpoint));
  const count = new Set(left.map(({ id }) => id)).size;
  const words: string[] = [];
  for (const [name] of [...counts].toSorted((a, b) => b[1] - a[1])) {
    if (left.length === 0 || words.length === 3) break;
    if (!exact.has(name)) continue;
    const rest = left.filter((endpoint) => !namesOf(endpoint).includes(name));
    if (rest.length < left.length) words.push(name);
    left = rest;
  }
  const single = [...new Set(left.map(called))];
  const text = listed([...words, ...single], Math.max(3, words.length + 1));
  return count === 1 && words.length === 0 ? text : `${text} (${count === 1 ? "1 endpoint" : `${count} endpoints`})`;
}

const called = ({ fqdn, instance, name, kind, node }: Endpoint): string =>
  kind === "host" ? `host ${node} (${name})` : fqdn !== "" ? fqdn : instance !== "" ? instance : name;

const floatingText = (parties: readonly Party[]): string =>
  `floating ${listed(
    parties.flatMap(({ members: all }) => all.map(({ address }) => bare(address))),
    3,
  )} from other hosts`;

/** Most of what is outside is told by what is missing. */
function netsOf(outside: readonly Party[], { all }: Parties): string[] {
  return ([4, 6] as const).flatMap((family) => {
    const there = all.filter((party) => party.family === family && party.sides[0].kind === null && party.leadsTo === null);
    const here = new Set(outside.filter((party) => party.family === family));
    const [inside, missing] = [
      prefixesIn([...here], family),
      prefixesIn(
        there.filter((party) => !here.has(party)),
        family,
      ),
    ];
    const isMost = unionSize(inside) > 1n << (family === 4 ? 31n : 127n);
    if (!isMost) return inside.map(({ text }) => text);
    const whole = family === 4 ? "0.0.0.0/0" : "::/0";
    return missing.length === 0
      ? [whole]
      : [
          `${whole} but ${listed(
            missing.map(({ text }) => text),
            3,
          )}`,
        ];
  });
}

function prefixesIn(parties: readonly Party[], family: 4 | 6): Cidr[] {
  const ranges = parties.flatMap(({ ranges: own }) => own.map((range) => ({ ...range }))).toSorted((a, b) => (a.first < b.first ? -1 : 1));
  return joined(ranges).flatMap(({ first, last }) => prefixesOf(first, last, family));
}

function joined(ranges: readonly { first: bigint; last: bigint }[]): { first: bigint; last: bigint }[] {
  const found: { first: bigint; last: bigint }[] = [];
  for (const { first, last } of ranges) {
    const before = found.at(-1);
    if (before && before.last + 1n === first) before.last = last;
    else found.push({ first, last });
  }
  return found;
}

function listed(words: readonly string[], most: number): string {
  const shown = words.slice(0, most).join(", ");
  return words.length > most ? `${shown} and ${words.length - most} more` : shown;
}
