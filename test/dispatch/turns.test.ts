import { describe, expect, test } from "@jest/globals";
import { createTurns } from "../../src/dispatch/turns.js";

/** Works that end when they are told to. */
function works() {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  return {
    begun,
    end: (n: number): void => ends.get(n)?.(),
    work: (n: number) => (): Promise<number> => {
      begun.push(n);
      return new Promise((resolve) => void ends.set(n, () => resolve(n)));
    },
  };
}
const soon = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const numbers = Array.from({ length: 40 }, (_, n) => n);

describe("who goes first when many come at once", () => {
  test("are those that came first, some at a time; each that ends lets one in", async () => {
    const turns = createTurns();
    const { begun, end, work } = works();
    const done = Promise.all(numbers.map((n) => turns.first(work(n))));
    await soon();
    const first = begun.length;
    expect(begun).toEqual(numbers.slice(0, first));
    expect(first).toBeLessThan(numbers.length);

    for (const n of numbers) {
      end(n);
      await soon();
      expect(begun).toHaveLength(Math.min(numbers.length, first + n + 1));
    }

    expect(await done).toEqual(numbers);
    expect(begun).toEqual(numbers);
  });

  test("one that fails fails by itself and lets the next in", async () => {
    const turns = createTurns();
    const all = await Promise.allSettled(
      numbers.map((n) => turns.first(() => (n % 2 === 0 ? Promise.reject(new Error("no")) : Promise.resolve(n)))),
    );

    expect(all.map(({ status }) => status === "fulfilled")).toEqual(numbers.map((n) => n % 2 === 1));
  });

  test("what may come after waits for all of them", async () => {
    const turns = createTurns();
    const { end, work } = works();
    let after = false;
    await turns.after();
    const both = [turns.first(work(0)), turns.first(work(1))];
    const waiting = turns.after().then(() => (after = true));

    end(0);
    await soon();
    expect(after).toBe(false);
    end(1);
    await Promise.all([...both, waiting]);
  });

  test("but not for ever, when they never end", async () => {
    const turns = createTurns();
    void turns.first(works().work(0));

    await turns.after();
  });
});
