import { expect, test } from "@jest/globals";
import type { Etcd3, IRangeRequest } from "etcd3";
import { pageSize, readAt } from "../../../workers/etcd/read.js";

/** An etcd of one process that writes down what it is asked; its revision grows with every question. */
function asked(keys: readonly string[]): { client: Etcd3; requests: IRangeRequest[] } {
  const requests: IRangeRequest[] = [];
  const range = (request: IRangeRequest): Promise<object> => {
    requests.push(request);
    const [from, end] = [String(request.key), request.range_end === undefined ? null : String(request.range_end)];
    const found = keys.filter((key) => (end === null ? key === from : key >= from && key < end));
    const shown = request.count_only ? [] : found.slice(0, Number(request.limit ?? found.length));
    const kvs = shown.map((key) => ({ key: Buffer.from(key), value: Buffer.from(`of ${key}`), mod_revision: "3", lease: "0" }));
    return Promise.resolve({
      header: { revision: String(6 + requests.length) },
      kvs,
      count: String(found.length),
      more: kvs.length < found.length,
    });
  };
  return { client: { kv: { range } } as unknown as Etcd3, requests };
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `/calico/a/${String(i).padStart(6, "0")}`);

test("a question for one host's endpoints is one round trip, and counts nothing else on the way", async () => {
  const { client, requests } = asked([...numbered(10), "/calico/b/1", "/zoo"]);

  const read = await readAt(client, [{ prefix: "/calico/b/" }]);

  expect(read).toMatchObject({ revision: 7, ranges: [{ count: 1, kvs: [{ key: "/calico/b/1", value: "of /calico/b/1" }] }] });
  expect(requests.map(({ key, range_end: end }) => [String(key), String(end)])).toEqual([["/calico/b/", "/calico/b0"]]);
});

test("further ranges and pages are read at the revision of the first answer", async () => {
  const { client, requests } = asked([...numbered(pageSize * 2 + 1), "/calico/b/1"]);

  const read = await readAt(client, [{ prefix: "/calico/a/" }, { key: "/calico/b/1" }, { count: "/calico/" }, { key: "/calico/none" }]);

  expect(read.ranges.map(({ count }) => count)).toEqual([pageSize * 2 + 1, 1, pageSize * 2 + 2, 0]);
  expect(new Set(read.ranges[0]?.kvs.map(({ key }) => key)).size).toBe(pageSize * 2 + 1);
  expect(requests).toHaveLength(6);
  expect(requests.map(({ revision }) => revision)).toEqual([undefined, ...Array.from({ length: 5 }, () => "7")]);
});

test("without a range it still tells the revision", async () => {
  expect(await readAt(asked([]).client, [])).toEqual({ revision: 7, ranges: [] });
});
