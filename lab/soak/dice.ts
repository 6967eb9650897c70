/** Chance that comes out the same again for the same seed. */
export interface Dice {
  /** A whole number from 0 to below the limit. */
  below(limit: number): number;
  between(from: number, to: number): number;
  one<T>(from: readonly T[]): T;
}

/** Mulberry32: 32 bits of state are enough to choose moments. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
  return {
    below,
    between: (from, to) => from + below(to - from),
    one<T>(from: readonly T[]): T {
      const [chosen] = from.slice(below(from.length));
      if (chosen === undefined) throw new Error("there is nothing to choose from");
      return chosen;
    },
  };
}
