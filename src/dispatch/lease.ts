import { randomUUID } from "node:crypto";
import { fail } from "../contract/failure.js";
import type { Context } from "./context.js";
import { keys } from "./record.js";

/**
 * A bot that died holds nobody up for longer than this. Longer than a post may wait before it begins, so that none begins once another
 * bot has the lease. Ms.
 */
const leaseLife = 8000;
const renewEvery = 2000;

type Conditions = Parameters<Context["state"]["move"]>[0];
type Writes = Parameters<Context["state"]["move"]>[1];

/** The right to show one request: of all bots one has it. */
export interface Lease {
  /** Throws `busy` when another bot may have it by now, or may soon. */
  check(): void;
  /** Writes only while the lease is held and what is asked for holds; false = nothing was written. */
  write(writes: Writes, when?: Conditions): Promise<boolean>;
  /** The last write: with it the lease is given back. False = nothing was written, and the lease is as it was. */
  finish(writes: Writes, when: Conditions): Promise<boolean>;
  /** Gives it back, unless finish() did. */
  release(): Promise<void>;
}

/** Takes the lease, waiting at most `patience` ms for another bot; null = that one still has it. Renews it until it is released. */
export async function lease(context: Context, id: string, patience: number): Promise<Lease | null> {
  const key = keys.lease(id);
  const value = randomUUID();
  const until = performance.now() + patience;
  let asked = performance.now();
  while (!(await context.state.putNew(key, value, leaseLife))) {
    if (performance.now() >= until) return null;
    await new Promise((resolve) => setTimeout(resolve, 50));
    asked = performance.now();
  }
  let sure = asked + leaseLife;
  const mine = { key, is: value };
  const write = async (writes: Writes, when: Conditions = []): Promise<boolean> => {
    const began = performance.now();
    const held = await context.state.move([mine, ...when], [{ set: key, value, ttl: leaseLife }, ...writes]);
    sure = held ? began + leaseLife : 0;
    return held;
  };
  let finished = false;
  const timer = setInterval(() => void write([]).catch(() => {}), renewEvery);
  return {
    write,
    check() {
      if (performance.now() > sure - leaseLife + renewEvery + 500)
        throw fail("busy", "redis was silent; another bot may show this request");
    },
    async finish(writes, when) {
      finished = await context.state.move([mine, ...when], [...writes, { drop: key }]);
      if (finished) clearInterval(timer);
      return finished;
    },
    async release() {
      clearInterval(timer);
      if (finished) return;
      await context.state.move([mine], [{ drop: key }]).catch(() => false);
    },
  };
}
