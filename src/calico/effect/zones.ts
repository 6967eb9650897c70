import { byPlace, type Cidr } from "../cidr.js";

/** A stretch of addresses that all lie in the same prefixes. */
export interface Zone<T> {
  family: 4 | 6;
  first: bigint;
  last: bigint;
  /** What has these prefixes, the widest first. */
  layers: readonly T[];
}

/** All addresses of both families, cut at every edge of a prefix. */
export interface Zones<T> {
  all: readonly Zone<T>[];
  /** Number of the zone in which an address lies. */
  find(address: Cidr): number;
}

interface Layer {
  cidr: Cidr;
}

/** Cuts them; prefixes lie in one another or apart, and each is to be given once. */
export function zonesOf<T extends Layer>(layers: readonly T[]): Zones<T> {
  const sorted = layers.toSorted((a, b) => byPlace(a.cidr, b.cidr));
  const of = (family: 4 | 6) => [
    ...cut(
      family,
      sorted.filter(({ cidr }) => cidr.family === family),
    ),
  ];
  const [four, six] = [of(4), of(6)];
  const starts = Float64Array.from(four, ({ first }) => Number(first));
  return {
    all: [...four, ...six],
    find: ({ family, first }) => {
      if (family === 6) return four.length + lastAtMost(six.length, (i) => (six[i]?.first ?? 0n) <= first);
      const number = Number(first);
      return lastAtMost(four.length, (i) => (starts[i] ?? 0) <= number);
    },
  };
}

/** The last place at which it still holds, which it does at the first. */
function lastAtMost(length: number, holds: (i: number) => boolean): number {
  let [low, high] = [0, length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function* cut<T extends Layer>(family: 4 | 6, sorted: readonly T[]): Generator<Zone<T>> {
  const stack: T[] = [];
  let at = 0n;
  const upTo = function* (last: bigint): Generator<Zone<T>> {
    if (at <= last) yield { family, first: at, last, layers: [...stack] };
    if (at <= last) at = last + 1n;
  };
  const close = function* (before: bigint): Generator<Zone<T>> {
    for (let top = stack.at(-1); top !== undefined && top.cidr.last < before; top = stack.at(-1)) {
      yield* upTo(top.cidr.last);
      stack.pop();
    }
  };
  for (const layer of sorted) {
    yield* close(layer.cidr.first);
    yield* upTo(layer.cidr.first - 1n);
    stack.push(layer);
  }
  const end = (1n << (family === 4 ? 32n : 128n)) - 1n;
  yield* close(end + 1n);
  yield* upTo(end);
}
