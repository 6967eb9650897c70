import { byteOrder } from "../../src/calico/byte-order.js";
import type { KeyValue, Range } from "../../src/cluster/etcd.js";

/** A copy of a part of etcd, in etcd's order of keys. Values are never changed in place: what was found stays as it was. */
export interface Keyspace {
  readonly size: number;
  /** Characters of keys and values. */
  readonly length: number;
  put(kv: KeyValue): void;
  remove(key: string): void;
  /** What a range holds; nothing for a range that only counts. */
  find(range: Range): { kvs: readonly KeyValue[]; count: number };
}

export function createKeyspace(): Keyspace {
  const keys: string[] = [];
  const byKey = new Map<string, KeyValue>();
  let length = 0;
  const below = (prefix: string): [number, number] => {
    const from = placeOf(keys, (key) => byteOrder(key, prefix) >= 0);
    return [from, placeOf(keys, (key) => byteOrder(key, prefix) >= 0 && !key.startsWith(prefix))];
  };
  const held = (key: string): KeyValue[] => {
    const kv = byKey.get(key);
    return kv === undefined ? [] : [kv];
  };
  return {
    get size() {
      return keys.length;
    },
    get length() {
      return length;
    },
    put(kv) {
      const before = byKey.get(kv.key);
      if (before === undefined) insert(keys, kv.key);
      length += sizeOf(kv) - (before === undefined ? 0 : sizeOf(before));
      byKey.set(kv.key, kv);
    },
    remove(key) {
      const before = byKey.get(key);
      if (before === undefined) return;
      length -= sizeOf(before);
      byKey.delete(key);
      keys.splice(
        placeOf(keys, (other) => byteOrder(other, key) >= 0),
        1,
      );
    },
    find(range) {
      if ("key" in range) {
        const kvs = held(range.key);
        return { kvs, count: kvs.length };
      }
      const [from, to] = below("count" in range ? range.count : range.prefix);
      if ("count" in range) return { kvs: [], count: to - from };
      const kvs = keys.slice(from, to).flatMap(held);
      return { kvs: range.keysOnly === true ? kvs.map((kv) => ({ ...kv, value: "" })) : kvs, count: kvs.length };
    },
  };
}

const sizeOf = ({ key, value }: KeyValue): number => key.length + value.length;

/** First place from which on `past` holds. */
function placeOf(keys: readonly string[], past: (key: string) => boolean): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (past(keys[middle] ?? "")) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Keys come in order while a copy is made: then the place is the end. */
function insert(keys: string[], key: string): void {
  const last = keys.at(-1);
  if (last === undefined || byteOrder(last, key) < 0) keys.push(key);
  else
    keys.splice(
      placeOf(keys, (other) => byteOrder(other, key) > 0),
      0,
      key,
    );
}
