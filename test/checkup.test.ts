import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { examine } from "../src/checkup.js";
import type { Check } from "../src/doctor/check.js";
import { startEtcd } from "./support/etcd.js";
import { startRedis } from "./support/redis-server.js";
import { startSshd } from "./support/sshd.js";

const folder = mkdtempSync(join(tmpdir(), "checkup-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
}

function keys(name: string): void {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  write(`${name}.key`, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  write(`${name}.pub`, publicKey.export({ type: "spki", format: "pem" }).toString());
}

const access = "access: { roles: { viewer: [], operator: [], approver: [] } }";
const lightOf = (checks: Check[], what: string): string | undefined => checks.find((check) => check.what === what)?.light;

test("a configuration that does not load is red line by line, each with its fix", async () => {
  const file = write("broken.yaml", "redis: { url: redis://127.0.0.1:1, password: secret }\nclusters: []\n");

  const checks = await examine(file);

  expect(checks.length).toBeGreaterThanOrEqual(2);
  expect(checks.every(({ light, fix }) => light === "bad" && fix !== undefined)).toBe(true);
  expect(checks.map(({ text }) => text).join()).toContain("redis.password");
});

test("on a bot's machine: a Redis that is away is red and hides nothing else", async () => {
  keys("bot");
  keys("w");
  const cluster = "clusters: [{ name: eu1, workerKeys: [file:w.pub], hosts: [{ name: h1, address: 192.0.2.1 }] }]";
  const file = write("bot.yaml", ["redis: { url: redis://127.0.0.1:9 }", "bot: { signingKey: file:bot.key }", cluster, access].join("\n"));

  const checks = await examine(file);

  expect(lightOf(checks, "redis")).toBe("bad");
  expect(lightOf(checks, "the bot outside eu1")).toBe("ok");
  expect(lightOf(checks, "state folder")).toBe("warn");
}, 15_000);

test("on a worker's machine: a real Redis without AOF is red, a real sshd whose key is another is red, a real etcd is green", async () => {
  keys("worker");
  const [redis, sshd, etcd] = await Promise.all([startRedis("--appendonly", "no"), startSshd(), startEtcd()]);
  try {
    write("ssh", sshd.config.privateKey.reveal());
    const lines = [
      `redis: { url: "${redis.url}" }`,
      "clusters:",
      "  - name: eu1",
      "    botKeys: [file:worker.pub]",
      "    hosts: [{ name: h1, address: 127.0.0.1 }]",
      "    worker:",
      "      id: w1",
      "      signingKey: file:worker.key",
      `      ssh: { user: ${sshd.config.user}, port: ${sshd.config.port}, privateKey: file:ssh, knownHosts: file:known }`,
      `      etcd: { endpoints: ["${etcd.endpoint}"] }`,
      access,
    ];
    const file = write("worker.yaml", lines.join("\n"));
    write("known", "127.0.0.1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEhCFvOQUeXkUI2eVYpIHIhLfl7Nn0TRGhYrDUvrKvbH\n");
    const strange = await examine(file);
    write("known", sshd.config.knownHosts);
    const known = await examine(file);

    expect(lightOf(strange, "redis persistence")).toBe("bad");
    expect(strange.find(({ what }) => what === "ssh h1")).toMatchObject({ light: "bad", fix: expect.stringContaining("known_hosts") });
    expect(lightOf(known, `etcd ${etcd.endpoint}`)).toBe("ok");
    // The login works now; this machine need not have a BIRD.
    expect(known.find(({ what }) => what === "ssh h1")?.text).not.toContain("key");
    expect(lightOf(known, "worker key")).toBe("ok");
  } finally {
    sshd.stop();
    etcd.stop();
    await redis.stop();
  }
}, 30_000);
