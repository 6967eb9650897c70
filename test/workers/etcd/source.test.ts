import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { FailureError } from "../../../src/contract/failure.js";
import { type Change, openSource, type Source } from "../../../workers/etcd/source.js";
import { plainEtcd } from "../../support/compute-thread.js";
import { type RealEtcd, startEtcd } from "../../support/etcd.js";
import { freePort } from "../../support/sshd.js";

let etcd: RealEtcd;
const sources: Source[] = [];
beforeAll(async () => {
  etcd = await startEtcd(["--max-txn-ops", "3000"]);
}, 20_000);
afterAll(() => {
  for (const source of sources) source.close();
  etcd.stop();
});

function sourceOf(endpoint = etcd.endpoint): Source {
  const source = openSource(plainEtcd(endpoint, 1000), endpoint);
  sources.push(source);
  return source;
}

/** What a watch told, until it ended or told enough. */
function followed(from: number, prefix: string | null, enough: number): Promise<{ changes: Change[]; ended: FailureError | null }> {
  const changes: Change[] = [];
  return new Promise((resolve) => {
    const stop = sourceOf().follow(
      { prefix, from },
      {
        changed(some) {
          changes.push(...some);
          if (changes.length < enough) return;
          stop();
          resolve({ changes, ended: null });
        },
        ended: (ended) => resolve({ changes, ended }),
      },
    );
  });
}

describe("a member of etcd to copy from", () => {
  test("lists more than a page at one revision", async () => {
    const puts = Array.from({ length: 2500 }, (_, i) => `put /calico/many/${String(i).padStart(5, "0")} v`);
    etcd.ctl(["txn"], `\n${puts.join("\n")}\n\n\n`);
    const pages: number[] = [];

    const head = await sourceOf().list("/calico/many/", (kvs) => void pages.push(kvs.length));

    expect(pages).toEqual([2000, 500]);
    expect(head).toEqual(await sourceOf().head());
  });

  test("tells puts and deletions from a revision on, in their order", async () => {
    const { revision } = await sourceOf().head();
    etcd.ctl(["put", "/calico/a", "1"]);
    etcd.ctl(["put", "/others/b", "2"]);
    etcd.ctl(["del", "/calico/a"]);

    const all = await followed(revision + 1, null, 3);
    expect(all.changes.map(({ key, kv }) => [key, kv?.value ?? null])).toEqual([
      ["/calico/a", "1"],
      ["/others/b", "2"],
      ["/calico/a", null],
    ]);
    expect((await followed(revision + 1, "/calico/", 2)).changes.map(({ key }) => key)).toEqual(["/calico/a", "/calico/a"]);
  });

  test("ends a watch whose revision was compacted", async () => {
    const { revision } = await sourceOf().head();
    etcd.ctl(["put", "/calico/c", "1"]);
    etcd.ctl(["put", "/calico/c", "2"]);
    etcd.ctl(["compact", String(revision + 2)]);

    const { changes, ended } = await followed(revision, "/calico/", 1);

    expect(changes).toEqual([]);
    expect(ended?.failure.message).toMatch(/^the watch on etcd http:\/\/127\.0\.0\.1:\d+ ended/);
  });

  test("names a member that is not there", async () => {
    const nobody = sourceOf(`http://127.0.0.1:${await freePort()}`);

    await expect(nobody.head()).rejects.toThrow(/unreachable: etcd 127\.0\.0\.1:\d+ refused the connection/);
    await expect(nobody.list("/calico/", () => {})).rejects.toThrow(/unreachable/);
  });
});
