import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { startSlack } from "./slack/slack-server.js";
import { startRedis } from "./support/redis-server.js";
import { freePort } from "./support/sshd.js";
import { until } from "./support/way.js";

const root = resolve(import.meta.dirname, "..");

function config(folder: string, { redis, slack, ports }: { redis: string; slack: string; ports: number[] }): string {
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o600 });
  for (const name of ["bot", "worker"]) {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    write(`${name}.key`, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
    write(`${name}.pub`, publicKey.export({ type: "spki", format: "pem" }).toString());
  }
  write("token", "xoxb-not-a-real-one");
  write("known", "192.0.2.1 ssh-ed25519 AAAA\n");
  const lines = [
    `redis: { url: "${redis}", prefix: test }`,
    `bot: { signingKey: file:bot.key, health: ${ports[0]}, slack: { team: T1, appToken: file:token, botToken: file:token, apiUrl: "${slack}" } }`,
    "clusters:",
    "  - name: eu1",
    "    workerKeys: [file:worker.pub]",
    "    botKeys: [file:bot.pub]",
    "    hosts: [{ name: h1, address: 192.0.2.1, ssh: false }]",
    "    worker:",
    "      id: w1",
    `      health: ${ports[1]}`,
    "      signingKey: file:worker.key",
    "      ssh: { user: nobody, privateKey: file:worker.key, knownHosts: file:known }",
    '      etcd: { endpoints: ["http://127.0.0.1:9"] }',
    "access: { roles: { viewer: [], operator: [], approver: [] } }",
  ];
  write("config.yaml", lines.join("\n"));
  return join(folder, "config.yaml");
}

test("`all` serves Slack and the cluster in one process, says that their keys are not separated, and ends at a signal", async () => {
  const folder = mkdtempSync(join(tmpdir(), "all-"));
  const [redis, slack] = await Promise.all([startRedis(), startSlack()]);
  let child: ChildProcess | null = null;
  let said = "";
  try {
    const links = await redis.links();
    slack.on("auth.test", () => ({ ok: true, team_id: "T1", user_id: "UBOT", bot_id: "B1" }));
    const ports = [await freePort(), await freePort()];
    const file = config(folder, { redis: redis.url, slack: slack.apiUrl, ports });
    child = spawn(process.execPath, [join(root, "node_modules/tsx/dist/cli.mjs"), join(root, "src/cli.ts"), "--config", file, "all"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr?.on("data", (text: Buffer) => void (said += text.toString()));
    await until(async () => slack.sockets() === 1 && (await links.producer.exists("test:eu1:heartbeat:w1")) === 1, 20_000);

    const pages = await Promise.all(ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}/readyz`)).text()));
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    const [code] = (await gone) as [number | null];

    expect(said).toMatch(/WARNING: bot and worker run in one process, so their keys are not separated/);
    expect(said).toContain("the bot serves slack");
    expect(said).toContain("the worker takes jobs");
    expect(pages).toEqual(["redis ok\nslack ok\n", "redis ok\njobs ok\n"]);
    expect(code).toBe(0);
    expect(await links.producer.exists("test:eu1:heartbeat:w1")).toBe(0);
  } finally {
    child?.kill("SIGKILL");
    await slack.close();
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}, 40_000);
