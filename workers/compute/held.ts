import type { KeyValue, Range } from "../../src/cluster/etcd.js";
import { fail } from "../../src/contract/failure.js";
import type { Change, Source } from "../etcd/source.js";
import type { Keyspace } from "./keyspace.js";

/** Only this part of etcd is copied. */
export const copied = "/calico/";

export interface Found {
  revision: number;
  /** Epoch ms: what was written before it is in the answer. */
  at: number;
  /** The member that confirmed it. */
  by: string;
  ranges: { kvs: readonly KeyValue[]; count: number }[];
}

/** A whole copy, from the end of its listing until its watch ends. */
export interface Held {
  readonly keys: Keyspace;
  readonly revision: number;
  /** Takes changes in, whole revisions at a time. */
  apply(changes: readonly Change[], revision: number): void;
  /** Asks etcd how far it is and waits until the copy is as far: epoch ms of the question. Fails when that takes longer. */
  prove(within: number): Promise<number>;
  /** Ranges at one revision that is no older than the question. */
  find(ranges: readonly Range[], within: number): Promise<Found>;
  /** Whoever waits need not wait on. */
  drop(): void;
}

export interface Holding {
  source: Source;
  keys: Keyspace;
  revision: number;
  cluster: string;
  /** Told when etcd is not the one that was listed. */
  replaced(why: Error): void;
  /** Told of every change below the prefix, in order. */
  changed(change: Change): void;
}

export function hold({ source, keys, cluster, replaced, changed, ...listed }: Holding): Held {
  const at = level(listed.revision);
  async function prove(within: number): Promise<number> {
    const [asked, before, end] = [Date.now(), at.revision, performance.now() + within];
    const head = await inTime(source.head(), within, `etcd ${source.endpoint} did not say in ${within} ms how far it is`);
    if (head.cluster !== cluster || head.revision < before) {
      const why = fail("conflict", `etcd ${source.endpoint} is another one than was copied, or was put back to an older state`);
      replaced(why);
      throw why;
    }
    const near = await at.reached(head.revision, Math.max(1, end - performance.now()));
    if (at.over) throw fail("busy", "the copy of etcd was lost while it was asked");
    if (!near) throw fail("busy", `the copy is at revision ${at.revision}, etcd ${source.endpoint} at ${head.revision}`);
    return asked;
  }

  return {
    keys,
    get revision() {
      return at.revision;
    },
    apply(changes, upTo) {
      for (const change of changes) {
        const { key, kv } = change;
        if (!key.startsWith(copied)) continue;
        changed(change);
        if (kv === null) keys.remove(key);
        else keys.put(kv);
      }
      at.rise(upTo);
    },
    prove,
    async find(ranges, within) {
      const asked = await prove(within);
      // Nothing is waited for from here on: all of it is of one revision.
      return { revision: at.revision, at: asked, by: source.endpoint, ranges: ranges.map((range) => keys.find(range)) };
    },
    drop: () => at.end(),
  };
}

/** A revision that only rises, and can be waited for until it is over. */
function level(from: number) {
  let [revision, over] = [from, false];
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const again of waiting) again();
  };
  return {
    get revision() {
      return revision;
    },
    get over() {
      return over;
    },
    rise(to: number): void {
      revision = Math.max(revision, to);
      look();
    },
    end(): void {
      over = true;
      look();
    },
    /** False = the time was over before. */
    reached(wanted: number, within: number): Promise<boolean> {
      if (revision >= wanted) return Promise.resolve(true);
      return new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(again);
          resolve(revision >= wanted && !over);
        };
        const again = (): void => {
          if (over || revision >= wanted) end();
        };
        const timer = setTimeout(end, within);
        waiting.add(again);
      });
    },
  };
}

async function inTime<T>(work: Promise<T>, within: number, late: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(fail("timeout", late)), within);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
