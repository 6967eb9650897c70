import { toFailure } from "../contract/failure.js";
import type { Log } from "../log/log.js";
import type { RedisLinks } from "../redis/connect.js";
import { createStore } from "../redis/store.js";

/** A right that one worker of a cluster has at a time. */
export interface Sole {
  /** Whether this worker has it, as far as it knows. */
  has(): boolean;
  /** Gives it back, so that another one need not wait. */
  release(): Promise<void>;
}

export interface SoleHow {
  /** Names the right: `changes`. */
  right: string;
  /** Id of this worker. */
  worker: string;
  /** Called when it has got the right, and when it may have lost it. */
  onGain(): void;
  onLoss(): void;
  /** Ms; another worker waits so long for one that died. */
  life?: number;
}

const usualLife = 15_000;

/** Tries to get a right, for as long as it takes, and renews it. Who cannot reach Redis gives it up before another one can have it. */
export function createSole(links: RedisLinks, cluster: string, how: SoleHow, log: Log): Sole {
  const { right, worker, onGain, onLoss, life = usualLife } = how;
  const store = createStore(links, cluster);
  const key = `sole:${right}`;
  // Two processes under one id are two.
  const value = `${worker} ${process.pid} ${Math.random().toString(36).slice(2)}`;
  let until = 0;
  let told = "";
  let held = false;
  const look = async (): Promise<void> => {
    const began = performance.now();
    const mine = held && (await store.move([{ key, is: value }], [{ set: key, value, ttl: life }]));
    if (mine || (await store.putNew(key, value, life))) until = began + life;
    else until = 0;
    if (until === 0) await sayWho();
  };
  const sayWho = async (): Promise<void> => {
    const holder = (await store.get(key))?.split(" ")[0] ?? "nobody";
    if (holder !== told)
      log.warn({ right, holder }, "another worker of this cluster has the right to change it; this one takes no changes");
    told = holder;
  };
  const judge = (): void => {
    const now = performance.now() < until - life / 5;
    if (now === held) return;
    held = now;
    told = "";
    log.info({ right }, held ? "this worker has the right to change the cluster" : "this worker has lost the right to change the cluster");
    if (held) onGain();
    else onLoss();
  };
  const turn = (): void => {
    look()
      .catch((error: unknown) => log.debug({ right, failure: toFailure(error) }, "a right was not renewed"))
      .finally(judge);
  };
  turn();
  const timers = [setInterval(turn, life / 5), setInterval(judge, life / 20)];
  return {
    has: () => held,
    async release() {
      for (const timer of timers) clearInterval(timer);
      if (held) await store.move([{ key, is: value }], [{ drop: key }]).catch(() => false);
      held = false;
    },
  };
}
