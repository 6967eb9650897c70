import ipaddr from "ipaddr.js";

/** A prefix with its host bits cleared: `10.65.0.0/16`. */
export interface Cidr {
  family: 4 | 6;
  /** First and last address as numbers. */
  first: bigint;
  last: bigint;
  bits: number;
  /** In the family's usual notation. */
  text: string;
}

/** Reads an address or a prefix; an address is a prefix of one. Null = neither, also for short forms such as `10.1`. */
export function parseCidr(text: string): Cidr | null {
  const [written = "", bits, ...more] = text.trim().split("/");
  const address = more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits)) ? null : addressOf(written);
  if (address === null) return null;
  const family = address.kind() === "ipv4" ? 4 : 6;
  const width = family === 4 ? 32 : 128;
  const length = bits === undefined ? width : Number(bits);
  if (length > width) return null;
  const hosts = 1n << BigInt(width - length);
  const number = address.toByteArray().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const first = number - (number % hosts);
  const start = first === number ? address.toString() : addressText(first, family);
  return { family, first, last: first + hosts - 1n, bits: length, text: `${start}/${length}` };
}

function addressOf(written: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (!written.includes(":")) return ipaddr.IPv4.isValidFourPartDecimal(written) ? ipaddr.IPv4.parse(written) : null;
  try {
    return written.includes("%") ? null : ipaddr.IPv6.parse(hexTail(written));
  } catch {
    return null;
  }
}

/** `fd00::10.0.0.1` with its dotted tail in hex: the parser takes one after `::ffff:` only. */
function hexTail(address: string): string {
  const tail = /(?<=:)\d+\.\d+\.\d+\.\d+$/.exec(address)?.[0];
  if (tail === undefined || !ipaddr.IPv4.isValidFourPartDecimal(tail)) return address;
  const [a = 0, b = 0, c = 0, d = 0] = tail.split(".").map(Number);
  return `${address.slice(0, -tail.length)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function addressText(number: bigint, family: 4 | 6): string {
  const length = family === 4 ? 4 : 16;
  const bytes = Array.from({ length }, (_, i) => Number((number >> BigInt(8 * (length - 1 - i))) & 255n));
  return ipaddr.fromByteArray(bytes).toString();
}

/** The prefix of this length at an address given as a number. */
export function prefixAt(first: bigint, bits: number, family: 4 | 6): Cidr {
  const hosts = 1n << BigInt((family === 4 ? 32 : 128) - bits);
  return { family, first, last: first + hosts - 1n, bits, text: `${addressText(first, family)}/${bits}` };
}

/** The fewest prefixes that make up a stretch of addresses. */
export function prefixesOf(first: bigint, last: bigint, family: 4 | 6): Cidr[] {
  const found: Cidr[] = [];
  const width = family === 4 ? 32 : 128;
  for (let at = first; at <= last; ) {
    let bits = width;
    for (let size = 2n; bits > 0 && at % size === 0n && at + size - 1n <= last; size *= 2n) bits--;
    const prefix = prefixAt(at, bits, family);
    found.push(prefix);
    at = prefix.last + 1n;
  }
  return found;
}

/** How many addresses it has. */
export const sizeOf = ({ first, last }: Cidr): bigint => last - first + 1n;

/** Whether all of `inner` lies in `outer`. */
export const contains = (outer: Cidr, inner: Cidr): boolean =>
  outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;

/** Whether they share an address; two prefixes do only if one lies in the other. */
export const overlaps = (a: Cidr, b: Cidr): boolean => contains(a, b) || contains(b, a);

/** How many different addresses these prefixes have together. */
export function unionSize(cidrs: readonly Cidr[]): bigint {
  return outermost(cidrs).reduce((sum, cidr) => sum + sizeOf(cidr), 0n);
}

/** Without those that lie in another one, in the order of their addresses. */
export function outermost(cidrs: readonly Cidr[]): Cidr[] {
  const kept: Cidr[] = [];
  for (const cidr of cidrs.toSorted(byPlace)) {
    const last = kept.at(-1);
    if (!last || !contains(last, cidr)) kept.push(cidr);
  }
  return kept;
}

/** IPv4 first, then by address, the larger prefix before those in it. */
export function byPlace(a: Cidr, b: Cidr): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  return a.bits - b.bits;
}

/** Finds the smallest of the items' prefixes that an address or prefix lies in; fast also for many of both. */
export function locator<T>(items: readonly T[], cidrOf: (item: T) => Cidr): (inner: Cidr) => T | null {
  const bySize = new Map<string, { family: 4 | 6; bits: number; items: Map<bigint, T> }>();
  for (const item of items) {
    const { family, bits, first } = cidrOf(item);
    const size = bySize.get(`${family}/${bits}`) ?? { family, bits, items: new Map<bigint, T>() };
    bySize.set(`${family}/${bits}`, size);
    if (!size.items.has(first)) size.items.set(first, item);
  }
  const sizes = [...bySize.values()].toSorted((a, b) => b.bits - a.bits);
  return (inner) => {
    for (const { family, bits, items } of sizes) {
      if (family !== inner.family || bits > inner.bits) continue;
      const hosts = 1n << BigInt((family === 4 ? 32 : 128) - bits);
      const found = items.get(inner.first - (inner.first % hosts));
      if (found !== undefined) return found;
    }
    return null;
  };
}
