/**
 * What connections are for, as numbers on one line: protocol × 65536, plus the port, or type × 256 + code of ICMP. A protocol that has
 * neither takes all of its stretch. Every set is there once, so that the same sets are the same object.
 */
export interface Services {
  id: number;
  /** First and last number of each stretch, in turn, rising and apart. */
  spans: readonly number[];
}

/** The sets of services that occur, with what their unions and intersections are. */
export interface ServiceSets {
  all: Services;
  none: Services;
  of(spans: readonly number[]): Services;
  and(a: Services, b: Services): Services;
  or(a: Services, b: Services): Services;
  minus(a: Services, b: Services): Services;
}

export function serviceSets(everything: readonly number[]): ServiceSets {
  const known = new Map<string, Services>();
  const of = (spans: readonly number[]): Services => {
    const key = spans.join();
    const found = known.get(key) ?? { id: known.size, spans };
    known.set(key, found);
    return found;
  };
  const none = of([]);
  const all = of(everything);
  const operation = (keep: (a: boolean, b: boolean) => boolean) => {
    const results = new Map<number, Services>();
    return (a: Services, b: Services): Services => {
      const key = a.id * 0x1000000 + b.id;
      const result = results.get(key) ?? of(swept(a.spans, b.spans, keep));
      results.set(key, result);
      return result;
    };
  };
  const and = operation((a, b) => a && b);
  const or = operation((a, b) => a || b);
  const minus = operation((a, b) => a && !b);
  return {
    all,
    none,
    of,
    and: (a, b) => (a === none || b === none ? none : a === b || b === all ? a : a === all ? b : and(a, b)),
    or: (a, b) => (a === b || b === none ? a : a === none ? b : or(a, b)),
    minus: (a, b) => (a === b || a === none ? none : b === none ? a : minus(a, b)),
  };
}

/** Goes along the line from edge to edge of either, and keeps what is wanted. */
export function swept(a: readonly number[], b: readonly number[], keep: (a: boolean, b: boolean) => boolean): number[] {
  const spans: number[] = [];
  let [i, j] = [0, 0];
  let open = false;
  while (i < a.length || j < b.length) {
    const at = Math.min(edge(a, i), edge(b, j));
    while (edge(a, i) === at) i++;
    while (edge(b, j) === at) j++;
    const wanted = keep(i % 2 === 1, j % 2 === 1);
    if (wanted !== open) spans.push(open ? at - 1 : at);
    open = wanted;
  }
  return spans;
}

/** Where a stretch begins, or where it has ended. */
function edge(spans: readonly number[], i: number): number {
  const at = spans[i];
  return at === undefined ? Number.POSITIVE_INFINITY : at + (i % 2);
}
