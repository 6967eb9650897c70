/** Milliseconds that the work took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

type Variants<K extends string> = Readonly<Record<K, () => Promise<number>>>;

/**
 * Runs every variant once a round, in another order each time, so that a slow moment of the machine falls on all of them.
 * The first round warms up and is thrown away.
 */
export async function rounds<K extends string>(count: number, variants: Variants<K>): Promise<Record<K, number[]>> {
  const names = Object.keys(variants) as K[];
  const found = Object.fromEntries(names.map((name): [K, number[]] => [name, []])) as Record<K, number[]>;
  for (let round = 0; round <= count; round++)
    for (const name of names.map((_, i) => names[(i + round) % names.length] as K)) {
      const value = await variants[name]();
      if (round > 0) found[name].push(value);
    }
  return found;
}
