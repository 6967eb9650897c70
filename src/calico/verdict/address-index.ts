import type { Cidr } from "../cidr.js";

/** Finds everything that has an address, by one look for each length of prefix that occurs. */
export interface AddressIndex<T> {
  /** The most specific first. */
  at(address: Cidr): { of: T; cidr: Cidr }[];
}

export function addressIndex<T>(entries: Iterable<{ of: T; cidr: Cidr }>): AddressIndex<T> {
  const bySize = new Map<string, { family: 4 | 6; bits: number; at: Map<bigint, { of: T; cidr: Cidr }[]> }>();
  for (const entry of entries) {
    const { family, bits, first } = entry.cidr;
    const size = bySize.get(`${family}/${bits}`) ?? { family, bits, at: new Map() };
    bySize.set(`${family}/${bits}`, size);
    const there = size.at.get(first);
    if (there) there.push(entry);
    else size.at.set(first, [entry]);
  }
  const sizes = [...bySize.values()].toSorted((a, b) => b.bits - a.bits);
  return {
    at: ({ family, first }) =>
      sizes.flatMap((size) => {
        if (size.family !== family) return [];
        const hosts = 1n << BigInt((family === 4 ? 32 : 128) - size.bits);
        return size.at.get(first - (first % hosts)) ?? [];
      }),
  };
}
