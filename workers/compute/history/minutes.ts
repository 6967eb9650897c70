import type { Counted } from "../../../src/cluster/history.js";

const minute = 60_000;

/** Counts by the minute: what happens hundreds of times an hour costs no more than what happens once. */
export class Minutes {
  readonly #counts = new Map<number, number>();

  add(at: number): void {
    const bucket = Math.floor(at / minute);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
  }

  forget(before: number): void {
    for (const bucket of this.#counts.keys()) if ((bucket + 1) * minute <= before) this.#counts.delete(bucket);
  }

  /** From a time on, and before it; `span`: ms before it that were watched. */
  since(at: number, span: number): Counted {
    let [count, before] = [0, 0];
    for (const [bucket, n] of this.#counts)
      if (bucket >= Math.floor(at / minute)) count += n;
      else before += n;
    return { count, before, span };
  }
}
