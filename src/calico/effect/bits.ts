/** A set of small numbers, one bit each. Sets that are held against each other have the same size. */
export type Bits = Uint32Array;

/** An empty set of numbers below `size`. */
export const noBits = (size: number): Bits => new Uint32Array((size + 31) >>> 5);

/** As many empty sets, in one piece of memory: one for each would cost more than filling them. */
export function manyBits(size: number, count: number): Bits[] {
  const words = (size + 31) >>> 5;
  const all = new Uint32Array(words * count);
  return Array.from({ length: count }, (_, i) => all.subarray(i * words, (i + 1) * words));
}

export function bitsOf(size: number, members: Iterable<number>): Bits {
  const bits = noBits(size);
  for (const one of members) add(bits, one);
  return bits;
}

export function add(bits: Bits, one: number): void {
  bits[one >>> 5] = (bits[one >>> 5] ?? 0) | (1 << (one & 31));
}

export const has = (bits: Bits, one: number): boolean => ((bits[one >>> 5] ?? 0) & (1 << (one & 31))) !== 0;

/** What both have; null = nothing. It may be the first one itself: what is shared is not to be changed. */
export function both(a: Bits, b: Bits): Bits | null {
  let any = 0;
  let lacking = 0;
  for (let i = 0; i < a.length; i++) {
    const word = a[i] as number;
    const shared = word & (b[i] as number);
    any |= shared;
    lacking |= word ^ shared;
  }
  if (any === 0) return null;
  if (lacking === 0) return a;
  const found = new Uint32Array(a.length);
  for (let i = 0; i < a.length; i++) found[i] = (a[i] as number) & (b[i] as number);
  return found;
}

/** What only the first one has; null = nothing. It may be the first one itself. */
export function without(a: Bits, b: Bits): Bits | null {
  let any = 0;
  let lacking = 0;
  for (let i = 0; i < a.length; i++) {
    const word = a[i] as number;
    const left = word & ~(b[i] as number);
    any |= left;
    lacking |= word ^ left;
  }
  if (any === 0) return null;
  if (lacking === 0) return a;
  const found = new Uint32Array(a.length);
  for (let i = 0; i < a.length; i++) found[i] = (a[i] as number) & ~(b[i] as number);
  return found;
}

/** Adds the second one to the first. */
export function addAll(to: Bits, more: Bits): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) | (more[i] as number);
}

export const isSame = (a: Bits, b: Bits): boolean => a.every((word, i) => word === b[i]);

/** The numbers in it, rising. */
export function* members(bits: Bits): Generator<number> {
  for (let i = 0; i < bits.length; i++)
    for (let word = bits[i] as number; word !== 0; word &= word - 1) yield i * 32 + (31 - Math.clz32(word & -word));
}

/** The same for the same sets, and seldom for others. */
export function hashOf(bits: Bits): number {
  let hash = 0x811c9dc5;
  for (const word of bits) hash = Math.imul(hash ^ word, 0x01000193) ^ (hash >>> 15);
  return hash;
}
