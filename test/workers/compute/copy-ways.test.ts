import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { Etcd3 } from "etcd3";
import type { Answer, Ask } from "../../../src/cluster/ask.js";
import type { Snapshot } from "../../../src/cluster/etcd.js";
import { hidden } from "../../../src/config/secrets.js";
import type { EtcdConfig } from "../../../src/config/valid.js";
import { createLog } from "../../../src/log/log.js";
import { type KeptEtcd, keptEtcd } from "../../../workers/compute/kept-etcd.js";
import { createEtcd } from "../../../workers/etcd/etcd.js";
import { plainEtcd, threadFromSource } from "../../support/compute-thread.js";
import { startEtcd } from "../../support/etcd.js";
import { freePort } from "../../support/sshd.js";

const log = createLog({ level: "silent" });
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A reader whose copy is whole. */
async function copyOf(config: EtcdConfig): Promise<KeptEtcd> {
  const live = createEtcd(config, log);
  const kept = keptEtcd({ live, spawn: () => threadFromSource(config), log, timeout: config.timeout });
  ends.push(
    () => live.close(),
    () => kept.close(),
  );
  kept.start();
  for (let i = 0; i < 200; i++) {
    if ((await read(kept)).copied) return kept;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the copy never became whole: ${JSON.stringify(await kept.state(AbortSignal.timeout(1000)))}`);
}

async function read(kept: KeptEtcd): Promise<{ answer: Answer<Snapshot>; values: string[]; copied: boolean }> {
  let copied = false;
  const ask: Ask = {
    signal: AbortSignal.timeout(20_000),
    request: "r1",
    note: ({ output }) => {
      copied = output?.includes("copy") === true;
    },
  };
  const answer = await kept.read([{ prefix: "/calico/a/" }], ask);
  return { answer, values: answer.ok ? (answer.value.ranges[0]?.kvs ?? []).map(({ value }) => value) : [], copied };
}

test("a copy is made over TLS with a client certificate", async () => {
  const folder = mkdtempSync(join(tmpdir(), "copy-tls-"));
  const [key, cert, port] = [join(folder, "key.pem"), join(folder, "cert.pem"), await freePort()];
  const subject = ["-subj", "/CN=etcd", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, "-keyout", key, "-out", cert], { stdio: "ignore" });
  const secure = `https://127.0.0.1:${port}`;
  const files = ["--cert-file", cert, "--key-file", key, "--trusted-ca-file", cert, "--client-cert-auth"];
  const etcd = await startEtcd((plain) => ["--listen-client-urls", `${plain},${secure}`, ...files]);
  ends.push(
    () => etcd.stop(),
    () => rmSync(folder, { recursive: true }),
  );
  etcd.ctl(["put", "/calico/a/1", "x"]);
  const pem = readFileSync(cert, "utf8");

  const kept = await copyOf({ ...plainEtcd(secure), ca: pem, cert: pem, key: hidden(readFileSync(key, "utf8")) });

  expect((await read(kept)).values).toEqual(["x"]);
}, 30_000);

test("a copy is made from the member that answers, when another is away", async () => {
  const etcd = await startEtcd();
  ends.push(() => etcd.stop());
  etcd.ctl(["put", "/calico/a/1", "x"]);
  const dead = `http://127.0.0.1:${await freePort()}`;

  const kept = await copyOf({ ...plainEtcd(etcd.endpoint), endpoints: [dead, etcd.endpoint] });

  expect((await read(kept)).values).toEqual(["x"]);
}, 30_000);

test("an etcd that hangs costs little more than its own deadline, and the first answer afterwards is right", async () => {
  const etcd = await startEtcd();
  ends.push(() => etcd.stop());
  etcd.ctl(["put", "/calico/a/1", "x"]);
  const kept = await copyOf(plainEtcd(etcd.endpoint, 1000));
  etcd.process.kill("SIGSTOP");
  const began = performance.now();

  const { answer } = await read(kept);
  const ms = performance.now() - began;
  etcd.process.kill("SIGCONT");
  etcd.ctl(["put", "/calico/a/1", "y"]);

  expect(answer).toMatchObject({ ok: false, failure: { code: "timeout" } });
  expect(ms).toBeLessThan(5000);
  expect((await read(kept)).values).toEqual(["y"]);
}, 30_000);

test("while many write and delete, no answer is older than what was acknowledged before it, and each is of one revision", async () => {
  const etcd = await startEtcd();
  ends.push(() => etcd.stop());
  const kept = await copyOf(plainEtcd(etcd.endpoint));
  const client = new Etcd3({ hosts: [etcd.endpoint] });
  ends.push(() => client.close());
  let [written, fromCopy] = [0, 0];
  const over = new AbortController();
  // Both keys are always written in one transaction: an answer with two values would be of no revision.
  const put = (value: number) =>
    client.kv.txn({
      success: ["/calico/a/1", "/calico/a/2", "/others/1"].map((key) => ({
        request_put: { key: Buffer.from(key), value: Buffer.from(String(value)) },
      })),
    });
  await put(0);
  const writing = (async () => {
    for (let i = 1; !over.signal.aborted; i++) {
      await put(i);
      written = i;
    }
  })();

  for (let i = 0; i < 400; i++) {
    const least = written;
    const { values, copied } = await read(kept);
    if (copied) fromCopy++;
    expect(values).toHaveLength(2);
    expect(values[0]).toBe(values[1]);
    expect(Number(values[0])).toBeGreaterThanOrEqual(least);
  }
  over.abort();
  await writing;

  expect(fromCopy).toBeGreaterThan(0);
  expect(written).toBeGreaterThan(0);
}, 60_000);
