import type { Etcd3, IRangeRequest, IRangeResponse } from "etcd3";
import type { KeyValue, Range, RangeResult } from "../../src/cluster/etcd.js";

/** Decoding one page holds up everything else in the process: about 15 ms for this many endpoints. Smaller pages cost etcd more than they save. */
export const pageSize = 1000;

/**
 * Reads all ranges at one revision: the first answer fixes it, everything else is pinned to it. A question for one range costs no
 * round trip beside its own pages.
 */
export async function readAt(client: Etcd3, ranges: readonly Range[]): Promise<{ revision: number; ranges: RangeResult[] }> {
  const [first = { key: "/calico/" }, ...others] = ranges;
  const opening = await client.kv.range(requestOf(first));
  const { revision } = opening.header;
  const rest = others.map(async (range) => readRest(client, range, await client.kv.range({ ...requestOf(range), revision }), revision));
  const read = await Promise.all([readRest(client, first, opening, revision), ...rest]);
  return { revision: Number(revision), ranges: read.slice(0, ranges.length) };
}

function requestOf(range: Range): IRangeRequest {
  if ("count" in range) return { ...spanOf(range.count), count_only: true };
  const span = "key" in range ? { key: Buffer.from(range.key) } : spanOf(range.prefix);
  return { ...span, limit: String(pageSize), keys_only: "prefix" in range && range.keysOnly === true };
}

/** The pages after the first one. */
async function readRest(client: Etcd3, range: Range, opening: IRangeResponse, revision: string): Promise<RangeResult> {
  if ("count" in range) return { kvs: [], count: Number(opening.count) };
  const kvs: KeyValue[] = [];
  let page = opening;
  for (;;) {
    kvs.push(...page.kvs.map(keyValue));
    const last = page.kvs.at(-1);
    if (!page.more || last === undefined) return { kvs, count: kvs.length };
    page = await client.kv.range({ ...requestOf(range), key: Buffer.concat([last.key, Buffer.from([0])]), revision });
  }
}

/** A key as etcd gives it, as text. */
export function keyValue(kv: IRangeResponse["kvs"][number]): KeyValue {
  return {
    key: kv.key.toString("utf8"),
    value: kv.value.toString("utf8"),
    revision: Number(kv.mod_revision),
    lease: kv.lease === "0" ? null : kv.lease,
  };
}

/** From the prefix to the first key after everything that starts with it. */
export function spanOf(prefix: string): { key: Buffer; range_end: Buffer } {
  const key = Buffer.from(prefix);
  const end = Buffer.from(key);
  const last = end.length - 1;
  end[last] = (end[last] ?? 0) + 1;
  return { key, range_end: end };
}
