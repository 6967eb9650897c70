import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Etcd3 } from "etcd3";
import type { Ask } from "../../../src/cluster/ask.js";
import type { EtcdConfig } from "../../../src/config/valid.js";
import { createLog } from "../../../src/log/log.js";
import { createEtcd, type EtcdReader } from "../../../workers/etcd/etcd.js";
import { alarmsOf } from "../../../workers/etcd/health.js";
import { type RealEtcd, startEtcd } from "../../support/etcd.js";
import { freePort } from "../../support/sshd.js";

const log = createLog({ level: "error" });
const readers: EtcdReader[] = [];
let etcd: RealEtcd;

beforeAll(async () => {
  etcd = await startEtcd(["--max-txn-ops", "1000"]);
}, 20_000);
afterAll(() => {
  for (const reader of readers) reader.close();
  etcd.stop();
});

const ask = (signal: AbortSignal = new AbortController().signal): Ask => ({ signal, request: "r1", note: () => {} });
function readerOf(endpoints: readonly string[], timeout = 3000): EtcdReader {
  const config: EtcdConfig = { endpoints, ca: null, cert: null, key: null, username: null, password: null, timeout };
  const made = createEtcd(config, log);
  readers.push(made);
  return made;
}

/** Many puts in one go, through etcdctl's transaction on standard input. */
function putAll(keys: readonly string[]): void {
  for (let i = 0; i < keys.length; i += 500) {
    const puts = keys.slice(i, i + 500).map((key) => `put ${key} v`);
    etcd.ctl(["txn"], `\n${puts.join("\n")}\n\n\n`);
  }
}

describe("reading", () => {
  test("gives keys, counts and leases at one revision, over more than one page", async () => {
    putAll(Array.from({ length: 4500 }, (_, i) => `/calico/many/${String(i).padStart(5, "0")}`));
    etcd.ctl(["put", "/calico/one", '{"a":"b c"}']);
    const lease = etcd.ctl(["lease", "grant", "60"]).split(" ")[1] ?? "";
    etcd.ctl(["put", `--lease=${lease}`, "/calico/leased", "x"]);
    etcd.ctl(["put", "/calico/manz", "not below the prefix"]);

    const read = await readerOf([etcd.endpoint]).read(
      [
        { prefix: "/calico/many/" },
        { key: "/calico/one" },
        { count: "/calico/many/" },
        { prefix: "/calico/many/0000", keysOnly: true },
        { key: "/calico/leased" },
        { key: "/none" },
      ],
      ask(),
    );

    if (!read.ok) throw new Error(read.failure.message);
    const [many, one, count, few, leased, none] = read.value.ranges;
    expect(many?.kvs).toHaveLength(4500);
    expect(new Set(many?.kvs.map(({ key }) => key)).size).toBe(4500);
    expect(one?.kvs[0]).toMatchObject({ value: '{"a":"b c"}', lease: null, revision: expect.any(Number) });
    expect(count).toEqual({ kvs: [], count: 4500 });
    expect(few?.kvs.map(({ value }) => value)).toEqual(Array(10).fill(""));
    expect(BigInt(leased?.kvs[0]?.lease ?? 0).toString(16)).toBe(lease.replace(/^0+/, ""));
    expect(none?.count).toBe(0);
    expect(read.value.revision).toBeGreaterThan(0);
  });

  test("goes on with the next endpoint when one is away", async () => {
    const dead = `http://127.0.0.1:${await freePort()}`;

    expect((await readerOf([dead, etcd.endpoint]).read([{ key: "/calico/one" }], ask())).ok).toBe(true);
  });

  test("names every endpoint when none answers", async () => {
    const [a, b] = [await freePort(), await freePort()];

    const read = await readerOf([`http://127.0.0.1:${a}`, `http://127.0.0.1:${b}`]).read([{ key: "/x" }], ask());

    expect(read).toMatchObject({
      ok: false,
      failure: { code: "unreachable", message: expect.stringMatching(new RegExp(`127.0.0.1:${a} refused.*127.0.0.1:${b} refused`)) },
    });
  });

  test("ends at once when it is cancelled", async () => {
    const cancel = new AbortController();
    const work = readerOf([etcd.endpoint]).read([{ prefix: "/calico/many/" }], ask(cancel.signal));

    cancel.abort();

    await expect(work).rejects.toMatchObject({ failure: { code: "cancelled" } });
  });
});

describe("with authentication, as a user who may read Calico's keys and nothing else", () => {
  let guarded: RealEtcd;
  const reader = (password: string): EtcdReader => {
    const auth = { username: "bot", password: { reveal: () => password } };
    const config: EtcdConfig = { endpoints: [guarded.endpoint], ca: null, cert: null, key: null, ...auth, timeout: 3000 };
    const made = createEtcd(config, log);
    readers.push(made);
    return made;
  };
  beforeAll(async () => {
    guarded = await startEtcd();
    guarded.ctl(["put", "/calico/one", "1"]);
    guarded.ctl(["user", "add", "root:rootpw"]);
    guarded.ctl(["user", "grant-role", "root", "root"]);
    guarded.ctl(["role", "add", "calico-reader"]);
    guarded.ctl(["role", "grant-permission", "--prefix=true", "calico-reader", "read", "/calico/"]);
    guarded.ctl(["user", "add", "bot:botpw"]);
    guarded.ctl(["user", "grant-role", "bot", "calico-reader"]);
    guarded.ctl(["auth", "enable"]);
  }, 20_000);
  afterAll(() => guarded.stop());

  test("reads, and the member is healthy", async () => {
    const asked = reader("botpw");

    expect(await asked.read([{ key: "/calico/one" }, { count: "/calico/" }], ask())).toMatchObject({
      ok: true,
      value: { ranges: [{ kvs: [{ value: "1" }] }, { count: 1 }] },
    });
    expect(await asked.health(ask())).toMatchObject({
      ok: true,
      value: { members: [{ healthy: true, error: null }], alarms: [] },
    });
  });

  test("a wrong password is a matter of credentials", async () => {
    expect(await reader("wrong").read([{ key: "/calico/one" }], ask())).toMatchObject({ ok: false, failure: { code: "credentials" } });
  });
});

describe("health", () => {
  test("of a member tells version, leader and size", async () => {
    const health = await readerOf([etcd.endpoint]).health(ask());

    expect(health).toMatchObject({
      ok: true,
      value: { alarms: [], members: [{ healthy: true, leader: true, version: expect.stringMatching(/^3\./), dbSize: expect.any(Number) }] },
    });
  });

  test("of a hung member costs its deadline and no more, and it is well again afterwards", async () => {
    const asked = readerOf([etcd.endpoint], 500);
    await asked.health(ask());
    etcd.process.kill("SIGSTOP");
    const began = Date.now();
    const hung = await asked.health(ask());
    const took = Date.now() - began;
    etcd.process.kill("SIGCONT");

    expect(hung).toMatchObject({
      ok: true,
      value: { members: [{ healthy: false, error: expect.stringContaining("gave no answer in 0.5 s") }] },
    });
    expect(took).toBeLessThan(2000);
    expect(await asked.health(ask())).toMatchObject({ ok: true, value: { members: [{ healthy: true }] } });
  });

  test("with alarms that are not told says why, and the rest", async () => {
    const client = { maintenance: { alarm: () => Promise.reject(new Error("etcdserver: permission denied")) } } as unknown as Etcd3;

    expect(await alarmsOf({ client, endpoint: "http://10.0.0.10:2379" }, 3000)).toEqual({
      alarms: [],
      alarmsUnknown: "etcd 10.0.0.10:2379 refused the worker's user",
    });
  });

  test("shows NOSPACE although the member calls itself healthy", async () => {
    const full = await startEtcd(["--quota-backend-bytes", "65536"]);
    try {
      const big = "x".repeat(20_000);
      for (let i = 0; i < 12; i++) {
        try {
          full.ctl(["put", `/fill/${i}`, big]);
        } catch {
          // Refused from the quota on: that is what is wanted.
        }
      }

      const health = await readerOf([full.endpoint]).health(ask());

      expect(health).toMatchObject({ ok: true, value: { members: [{ healthy: true }], alarms: [{ alarm: "NOSPACE" }] } });
    } finally {
      full.stop();
    }
  }, 20_000);
});
