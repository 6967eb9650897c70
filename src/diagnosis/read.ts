import type { z } from "zod";
import type { Ask } from "../cluster/ask.js";
import type { Cluster } from "../cluster/cluster.js";
import type { KeyValue, Range, Snapshot } from "../cluster/etcd.js";
import { FailureError } from "../contract/failure.js";

/** A read without which there is no answer: its failure is the answer's. */
export async function readEtcd({ etcd }: Pick<Cluster, "etcd">, ranges: readonly Range[], ask: Ask): Promise<Snapshot> {
  const read = await etcd.read(ranges, ask);
  if (!read.ok) throw new FailureError(read.failure);
  return read.value;
}

/** A value as its schema; null when it is none, with its key named in `unreadable`. */
export function decode<T>(kv: KeyValue, schema: z.ZodType<T>, unreadable: string[]): T | null {
  try {
    return schema.parse(JSON.parse(kv.value));
  } catch {
    unreadable.push(kv.key);
    return null;
  }
}

/** Items after which the event loop gets a turn: tens of thousands of endpoints must not hold up the worker's other jobs. */
const batch = 500;

/** Does something with each of many items, with a turn for the event loop now and then. */
export async function inTurns<T>(items: readonly T[], each: (item: T) => void): Promise<void> {
  for (let i = 0; i < items.length; i += batch) {
    if (i > 0) await new Promise((resolve) => setImmediate(resolve));
    items.slice(i, i + batch).forEach(each);
  }
}

/** Many values as their schema, in turns. Unreadable ones are left out and named. */
export async function decodeAll<T>(kvs: readonly KeyValue[], schema: z.ZodType<T>, unreadable: string[]): Promise<T[]> {
  const decoded: T[] = [];
  await inTurns(kvs, (kv) => {
    const value = decode(kv, schema, unreadable);
    if (value !== null) decoded.push(value);
  });
  return decoded;
}
