import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Ask } from "../../../src/cluster/ask.js";
import type { Snapshot } from "../../../src/cluster/etcd.js";
import type { Evidence } from "../../../src/contract/outcome.js";
import { evaluated } from "../../../src/diagnosis/evaluate/evaluated.js";
import { PreviewAnswer } from "../../../src/diagnosis/preview/preview.js";
import { createLog } from "../../../src/log/log.js";
import { type KeptEtcd, keptEtcd } from "../../../workers/compute/kept-etcd.js";
import { createEtcd, type EtcdReader } from "../../../workers/etcd/etcd.js";
import { fakeCluster } from "../../support/cluster.js";
import { plainEtcd, threadFromSource } from "../../support/compute-thread.js";
import { type RealEtcd, startEtcd } from "../../support/etcd.js";

const log = createLog({ level: "silent" });
const below = "/calico/resources/";
let etcd: RealEtcd;
let live: EtcdReader;
let kept: KeptEtcd;
let threads: Worker[];

beforeEach(async () => {
  etcd = await startEtcd();
  etcd.ctl(["put", `${below}first`, "1"]);
  const config = plainEtcd(etcd.endpoint);
  [live, threads] = [createEtcd(config, log), []];
  const spawn = (): Worker => {
    const thread = threadFromSource(config);
    threads.push(thread);
    return thread;
  };
  kept = keptEtcd({ live, spawn, log, timeout: config.timeout });
  kept.start();
  await whole();
}, 30_000);
afterEach(async () => {
  await kept.close();
  live.close();
  etcd.stop();
});

/** A read, and whether it came out of the copy. */
async function read(prefix = below): Promise<{ snapshot: Snapshot; values: Record<string, string>; copied: boolean }> {
  const notes: Evidence[] = [];
  const ask: Ask = { signal: AbortSignal.timeout(10_000), request: "r1", note: (note) => notes.push(note) };
  const answer = await kept.read([{ prefix }], ask);
  if (!answer.ok) throw new Error(`${answer.failure.code}: ${answer.failure.message}; ${answer.failure.hint}`);
  const values = Object.fromEntries((answer.value.ranges[0]?.kvs ?? []).map(({ key, value }) => [key.slice(prefix.length), value]));
  return { snapshot: answer.value, values, copied: notes.some(({ output }) => output?.includes("copy") === true) };
}

/** Until the copy answers again; every answer on the way must be the right one. */
async function whole(right?: Record<string, string>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const { copied, values } = await read();
    if (right) expect(values).toEqual(right);
    if (copied) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the copy never became whole: ${JSON.stringify(await kept.state(AbortSignal.timeout(1000)))}`);
}

describe("reading etcd through the worker's copy", () => {
  test("an acknowledged write is in the next answer, and what was deleted is not", async () => {
    for (let i = 0; i < 40; i++) {
      etcd.ctl(["put", `${below}second`, String(i)]);
      expect((await read()).values).toEqual({ first: "1", second: String(i) });
      etcd.ctl(["del", `${below}second`]);
      expect((await read()).values).toEqual({ first: "1" });
    }
    expect(await kept.state(AbortSignal.timeout(1000))).toMatchObject({ phase: "complete", lists: 1, staleSince: null });
    expect((await read()).copied).toBe(true);
  }, 60_000);

  test("the answer is what etcd itself gives: values, revisions, leases, counts", async () => {
    const lease = etcd.ctl(["lease", "grant", "600"]).split(" ")[1] ?? "";
    etcd.ctl(["put", `--lease=${lease}`, `${below}leased`, "ä😀"]);
    etcd.ctl(["put", `${below}many/1`, "x"]);
    const ranges = [
      { prefix: below },
      { key: `${below}first` },
      { count: below },
      { prefix: below, keysOnly: true },
      { key: "/calico/none" },
    ];
    const ask: Ask = { signal: AbortSignal.timeout(5000), request: "r1", note: () => {} };

    const [own, direct] = [await kept.read(ranges, ask), await live.read(ranges, ask)];

    if (!own.ok || !direct.ok) throw new Error("no answer");
    expect(own.value.ranges).toEqual(direct.value.ranges);
    expect(own.value.revision).toBe(direct.value.revision);
  });

  test("writes of others move etcd on, and the copy still proves itself", async () => {
    for (let i = 0; i < 10; i++) etcd.ctl(["put", "/others/key", String(i)]);

    const { copied, snapshot } = await read();

    expect(copied).toBe(true);
    expect(snapshot.revision).toBeGreaterThanOrEqual(11);
  });

  test("with etcd away there is no answer, and it says as of when the copy is", async () => {
    await etcd.kill();

    await expect(read()).rejects.toThrow(/unreachable: etcd .* refused the connection/);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await expect(read()).rejects.toThrow(/the worker's copy is as of \d\d:\d\d:\d\d UTC and is not answered from/);
  });

  test("after a restart of etcd it is made anew, and no answer on the way is old", async () => {
    await etcd.kill();
    await etcd.again();
    etcd.ctl(["put", `${below}later`, "2"]);

    await whole({ first: "1", later: "2" });

    expect(await kept.state(AbortSignal.timeout(1000))).toMatchObject({ phase: "complete", lists: 2 });
  }, 30_000);

  test("an etcd that came back with other data is noticed at once", async () => {
    await etcd.kill();
    await etcd.again(true);
    etcd.ctl(["put", `${below}other`, "3"]);

    await whole({ other: "3" });
  }, 30_000);

  test("a thread that dies costs no answer and is started again", async () => {
    const asked = read();
    await threads[0]?.terminate();

    expect((await asked).values).toEqual({ first: "1" });
    expect((await read()).copied).toBe(false);
    await whole({ first: "1" });
    expect(threads).toHaveLength(2);
  }, 30_000);

  test("compaction does not disturb it", async () => {
    for (let i = 0; i < 5; i++) etcd.ctl(["put", `${below}second`, String(i)]);
    etcd.ctl(["compact", "6"]);
    etcd.ctl(["put", `${below}second`, "new"]);

    expect((await read()).values).toEqual({ first: "1", second: "new" });
    expect((await read()).copied).toBe(true);
  });

  test("many keys come whole, in pieces", async () => {
    const puts = Array.from({ length: 120 }, (_, i) => `put ${below}many/${String(i).padStart(5, "0")} ${"x".repeat(20_000)}`);
    for (let i = 0; i < puts.length; i += 40) etcd.ctl(["txn"], `\n${puts.slice(i, i + 40).join("\n")}\n\n\n`);

    const { values, copied, snapshot } = await read(`${below}many/`);

    expect(copied).toBe(true);
    expect(Object.keys(values)).toHaveLength(120);
    expect(snapshot.ranges[0]?.count).toBe(120);
  });
});

describe("a question about policies", () => {
  const resource = (plural: string, name: string, value: object): string =>
    `put ${below}v3/projectcalico.org/${plural}/${name} ${JSON.stringify(JSON.stringify(value))}`;
  const vm = (i: number) =>
    resource("workloadendpoints", `openstack/vm${i}`, {
      metadata: { name: `vm${i}`, namespace: "openstack", labels: { app: `app${i % 3}` } },
      spec: { orchestrator: "openstack", node: "c1", workload: `d${i}`, endpoint: `p${i}`, ipNetworks: [`10.65.0.${i}/32`] },
    });
  const policy = (port: number) =>
    resource("globalnetworkpolicies", "open", {
      metadata: { name: "open" },
      spec: {
        order: 1,
        selector: "app == 'app1'",
        types: ["Ingress"],
        ingress: [{ action: "Allow", protocol: "TCP", destination: { ports: [port] } }],
      },
    });
  const write = (...puts: string[]) => etcd.ctl(["txn"], `\n${puts.join("\n")}\n\n\n`);
  const asked = (question: object, signal = AbortSignal.timeout(10_000)) =>
    kept.evaluate({ cluster: "lab", hosts: [], ...question }, { signal, request: "r1", note: () => {} });
  const wish = { kind: "delete", name: "open" };

  test("is answered in the thread as the main thread would, and after each write anew", async () => {
    write(...Array.from({ length: 9 }, (_, i) => vm(i + 1)), policy(80));
    for (const port of [80, 81]) {
      write(policy(port));
      const there = await asked({ about: "preview", wish, doubts: [] });
      const cluster = { ...fakeCluster(), name: "lab", hosts: [], etcd: live };
      const ask: Ask = { signal: AbortSignal.timeout(5000), request: "r1", note: () => {} };
      const here = await evaluated(
        cluster,
        { about: "preview", wish: { kind: "delete", name: "open" }, doubts: [] },
        { ask, near: () => null, answer: PreviewAnswer },
      );

      expect(PreviewAnswer.parse(there?.answer)).toEqual({ ...here, at: expect.any(Number) });
      expect(here.rows.map(({ services }) => services)).toContain(`tcp/${port}`);
    }
  });

  test("that has no answer fails as it would elsewhere, and the nearest name is offered", async () => {
    write(vm(1), vm(2));

    await expect(asked({ about: "why", from: "d11", to: "d2", port: "80" })).rejects.toMatchObject({
      failure: { code: "not_found", hint: "did you mean `d1`?" },
    });
  });

  test("is left to whoever asks when the thread cannot answer", async () => {
    await threads[0]?.terminate();

    expect(await asked({ about: "preview", wish, doubts: [] })).toBeNull();
  });

  test("ends with its job", async () => {
    await expect(asked({ about: "preview", wish, doubts: [] }, AbortSignal.abort())).rejects.toThrow("cancelled");
  });
});

describe("a user who may read Calico's keys only", () => {
  test("gets answers out of the copy too, and the right ones while others write", async () => {
    etcd.ctl(["role", "add", "calico"]);
    etcd.ctl(["role", "grant-permission", "calico", "readwrite", "--prefix", "/calico/"]);
    etcd.ctl(["user", "add", "root:secret"]);
    etcd.ctl(["user", "grant-role", "root", "root"]);
    etcd.ctl(["user", "add", "reader:secret"]);
    etcd.ctl(["user", "grant-role", "reader", "calico"]);
    etcd.ctl(["auth", "enable"]);
    const config = { ...plainEtcd(etcd.endpoint), username: "reader", password: { reveal: () => "secret" } };
    await kept.close();
    live.close();
    live = createEtcd(config, log);
    kept = keptEtcd({ live, spawn: () => threadFromSource(config), log, timeout: config.timeout });
    kept.start();

    await whole({ first: "1" });
    etcd.ctl(["--user", "root:secret", "put", "/others/key", "1"]);
    etcd.ctl(["--user", "root:secret", "put", `${below}first`, "2"]);
    await whole({ first: "2" });
    etcd.ctl(["--user", "root:secret", "put", "/others/key", "2"]);
    expect((await read()).values).toEqual({ first: "2" });
  }, 40_000);
});
