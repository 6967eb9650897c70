import type { Etcd3, IRangeRequest, IRangeResponse } from "etcd3";
import type { KeyValue, Range, RangeResult } from "../../src/cluster/etcd.js";

/** Fits etcd's message limit with room; smaller pages cost etcd more than they save. */
export const pageSize = 2000;

/** Reads all ranges at one revision: the first page fixes it, everything else is pinned to it. */
export async function readAt(client: Etcd3, ranges: readonly Range[]): Promise<{ revision: number; ranges: RangeResult[] }> {
  // Within what a user who may read Calico's keys only may ask for.
  const head = await client.kv.range({ key: Buffer.from("/calico/"), count_only: true });
  const revision = Number(head.header.revision);
  return { revision, ranges: await Promise.all(ranges.map((range) => readRange(client, range, revision))) };
}

async function readRange(client: Etcd3, range: Range, revision: number): Promise<RangeResult> {
  if ("count" in range) {
    const counted = await client.kv.range({ ...spanOf(range.count), revision: String(revision), count_only: true });
    return { kvs: [], count: Number(counted.count) };
  }
  const span = "key" in range ? { key: Buffer.from(range.key) } : spanOf(range.prefix);
  const request: IRangeRequest = {
    ...span,
    revision: String(revision),
    limit: String(pageSize),
    keys_only: "prefix" in range && range.keysOnly === true,
  };
  const kvs: KeyValue[] = [];
  let page: IRangeResponse;
  do {
    page = await client.kv.range(request);
    kvs.push(...page.kvs.map(keyValue));
    const last = page.kvs.at(-1);
    if (last) request.key = Buffer.concat([last.key, Buffer.from([0])]);
  } while (page.more && page.kvs.length > 0);
  return { kvs, count: kvs.length };
}

function keyValue(kv: IRangeResponse["kvs"][number]): KeyValue {
  return {
    key: kv.key.toString("utf8"),
    value: kv.value.toString("utf8"),
    revision: Number(kv.mod_revision),
    lease: kv.lease === "0" ? null : kv.lease,
  };
}

/** From the prefix to the first key after everything that starts with it. */
function spanOf(prefix: string): { key: Buffer; range_end: Buffer } {
  const key = Buffer.from(prefix);
  const end = Buffer.from(key);
  const last = end.length - 1;
  end[last] = (end[last] ?? 0) + 1;
  return { key, range_end: end };
}
