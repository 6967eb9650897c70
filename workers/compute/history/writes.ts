import type { KeyValue } from "../../../src/cluster/etcd.js";
import type { History, Write } from "../../../src/cluster/history.js";
import { changedFields } from "./fields.js";

/** Entries that are kept, characters of values in all of them, and the largest value. */
export const kept = { entries: 50_000, length: 16 * 1024 * 1024, value: 256 * 1024 };
/** What one answer tells. */
export const told = { entries: 1000, length: 4 * 1024 * 1024 };

type Seen = Pick<Write, "key" | "revision" | "late"> & { kv: KeyValue | null; at: number };

/** Writes to the objects that people write, and what these objects are now, to say what the next write changes. */
export class Writes {
  readonly #objects = new Map<string, KeyValue>();
  #writes: Write[] = [];
  #length = 0;
  /** Epoch ms: of what was before it some is forgotten; 0 = of nothing. */
  lost = 0;

  /** Takes a write in. */
  seen({ key, kv, revision, at, late }: Seen): void {
    const before = this.#objects.get(key);
    if (kv === null) this.#objects.delete(key);
    else this.#objects.set(key, kv);
    if (kv === null && before === undefined) return;
    const fields = kv === null || before === undefined ? [] : changedFields(before.value, kv.value);
    const stored = kv === null || kv.value.length > kept.value ? null : kv.value;
    this.#writes.push({
      key,
      action: kv === null ? "delete" : before === undefined ? "create" : "update",
      revision,
      at,
      fields,
      stored,
      late,
    });
    this.#length += stored?.length ?? 0;
    this.#shorten();
  }

  /** What lies there now; with `late` what differs was written while nobody watched. */
  listed(objects: readonly KeyValue[], at: number, late: boolean): void {
    const present = new Map(objects.map((kv) => [kv.key, kv]));
    if (late) for (const kv of objects) if (this.#objects.get(kv.key)?.revision !== kv.revision) this.#late(kv.key, kv, at);
    if (late) for (const key of [...this.#objects.keys()]) if (!present.has(key)) this.#late(key, null, at);
    if (!late) for (const kv of objects) this.#objects.set(kv.key, kv);
  }

  forget(before: number): void {
    const first = this.#writes.findIndex(({ at }) => at >= before);
    const old = this.#writes.splice(0, first < 0 ? this.#writes.length : first);
    for (const { stored } of old) this.#length -= stored?.length ?? 0;
  }

  /** Newest first; values as far as they fit into one answer. */
  since(at: number): Pick<History, "writes" | "older"> {
    const all = this.#writes.filter((write) => write.at >= at).toReversed();
    let length = 0;
    const writes = all.slice(0, told.entries).map((write) => {
      length += write.stored?.length ?? 0;
      return length > told.length ? { ...write, stored: null } : write;
    });
    return { writes, older: all.length - writes.length };
  }

  #late(key: string, kv: KeyValue | null, at: number): void {
    this.seen({ key, kv, revision: kv?.revision ?? null, at, late: true });
  }

  #shorten(): void {
    while (this.#writes.length > kept.entries || this.#length > kept.length) {
      const oldest = this.#writes.shift();
      if (oldest === undefined) return;
      this.#length -= oldest.stored?.length ?? 0;
      this.lost = oldest.at + 1;
    }
  }
}
