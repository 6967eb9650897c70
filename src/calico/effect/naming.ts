import { type Cidr, prefixesOf, unionSize } from "../cidr.js";
import { vmLabels } from "../resource.js";
import { bare } from "../verdict/connection.js";
import type { Endpoint } from "../verdict/endpoint.js";
import { type Bits, has, hashOf, isSame, members } from "./bits.js";
import type { Parties, Party } from "./parties.js";

/** Parties as people know them. */
export interface Named {
  /** `security group "web" of shop (12 VMs)`, `0.0.0.0/0`. */
  text: string;
  endpoints: number;
  /** Prefixes of what is outside. */
  nets: readonly string[];
}

/**
 * Names sets of parties by security group, project, label, namespace, host or prefix. The same set is named once. Those of `besides`
 * are not missed in a name (`all VMs` are all
 * others), and one alone is called by its own.
 */
export function namer(parties: Parties, besides?: Bits): (bits: Bits) => Named {
  const book = bookOf(parties, besides);
  const known = new Map<number, { bits: Bits; named: Named }[]>();
  return (bits) => {
    const hash = hashOf(bits);
    const same = known.get(hash)?.find((one) => isSame(one.bits, bits));
    if (same) return same.named;
    const named = nameOf(bits, parties, book);
    known.set(hash, [...(known.get(hash) ?? []), { bits, named }]);
    return named;
  };
}

const books = new WeakMap<Parties, Book>();

function bookOf(parties: Parties, besides?: Bits): Book {
  if (besides !== undefined) return { ...namesIn(parties.all.filter(({ index }) => !has(besides, index))), singly: true };
  const book = books.get(parties) ?? { ...namesIn(parties.all), singly: false };
  books.set(parties, book);
  return book;
}

function nameOf(bits: Bits, parties: Parties, book: Book): Named {
  const here = [...members(bits)].flatMap((index) => parties.all[index] ?? []);
  const outside = here.filter(({ sides, leadsTo }) => sides[0].kind === null && leadsTo === null);
  const floating = here.filter(({ leadsTo }) => leadsTo !== null);
  const own = here.filter(isOwn);
  const nets = outside.length > 0 ? netsOf(outside, parties) : [];
  const count = sizeOf(own);
  const words = [
    ...(own.length > 0 ? [endpointsText(own, count, book)] : []),
    ...(floating.length > 0 ? [floatingText(floating)] : []),
    ...(nets.length > 0 ? [listed(nets, 4)] : []),
  ];
  return { text: words.join(" and "), endpoints: count, nets };
}

const isOwn = ({ sides, leadsTo }: Party): boolean => sides[0].kind !== null && leadsTo === null;

/** How many endpoints; of very many, those of the family that has more. */
function sizeOf(parties: readonly Party[]): number {
  const sum = (all: readonly Party[]): number => all.reduce((total, { members: one }) => total + one.length, 0);
  if (sum(parties) > 2000) return Math.max(...[4, 6].map((of) => sum(parties.filter(({ family }) => family === of))));
  return new Set(parties.flatMap(({ members: all }) => all.map(({ endpoint }) => endpoint.id))).size;
}

/** How often each name occurs among the addresses of each party, and of all. */
interface Book {
  /** One alone is called by its own name. */
  singly: boolean;
  names: readonly string[];
  totals: readonly number[];
  of(party: Party): ReadonlyMap<number, number>;
}

function namesIn(all: readonly Party[]): Omit<Book, "singly"> {
  const numbers = new Map<string, number>();
  const totals: number[] = [];
  const counted = new Map<Party, Map<number, number>>();
  for (const party of all.filter(isOwn)) {
    const counts = new Map<number, number>();
    for (const { endpoint } of party.members)
      for (const name of namesOf(endpoint)) {
        const number = numbers.get(name) ?? numbers.size;
        numbers.set(name, number);
        counts.set(number, (counts.get(number) ?? 0) + 1);
        totals[number] = (totals[number] ?? 0) + 1;
      }
    counted.set(party, counts);
  }
  return { names: [...numbers.keys()], totals, of: (party) => counted.get(party) ?? new Map() };
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
function endpointsText(parties: readonly Party[], count: number, book: Book): string {
  const words: string[] = [];
  let left = parties;
  for (const name of count === 1 && book.singly ? [] : exactNames(parties, book)) {
    if (left.length === 0 || words.length === 3) break;
    const rest = left.filter((party) => book.of(party).get(name) !== party.members.length);
    if (rest.length < left.length) words.push(book.names[name] ?? "");
    left = rest;
  }
  const first = left.slice(0, 100).flatMap(({ members: all }) => all.slice(0, 100).map(({ endpoint }) => endpoint));
  const single = [...new Set(first.filter((one) => !namesOf(one).some((name) => words.includes(name))).map(called))];
  const text = listed([...words, ...single], Math.max(3, words.length + 1));
  return count === 1 && words.length === 0 ? text : `${text} (${count === 1 ? "1 endpoint" : `${count} endpoints`})`;
}

/** Names of which none is elsewhere, the most frequent first. */
function exactNames(parties: readonly Party[], book: Book): number[] {
  const sums = new Map<number, number>();
  for (const party of parties) for (const [name, count] of book.of(party)) sums.set(name, (sums.get(name) ?? 0) + count);
  const exact = [...sums].filter(([name, sum]) => book.totals[name] === sum);
  return exact.toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
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
