import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Etcd3 } from "etcd3";
import { until } from "../../lab/demo/stage.js";
import { must } from "../../lab/hosts/run.js";
import { type SlackLab, startSlack } from "../../lab/slack/server.js";
import { type RealEtcd, startEtcd } from "../../test/support/etcd.js";
import { startRedis } from "../../test/support/redis-server.js";
import { freePort } from "../../test/support/sshd.js";
import { root } from "../record.js";
import { type Child, startChild } from "./child.js";
import { fill, putAll } from "./endpoints.js";
import { everyCompute, racks, switchesOf } from "./racks.js";

/** A cloud of 300 simulated hosts with the product's bot and worker as built, a workspace, a real Redis and a real etcd. */
export interface LargeSite {
  folder: string;
  port: number;
  slack: SlackLab;
  etcd: RealEtcd;
  servers: Child;
  close(): Promise<void>;
}

const program = join(root, "dist/src/cli.js");

export async function raiseLargeSite(say: (text: string) => void): Promise<LargeSite> {
  if (!existsSync(program)) throw new Error("the program is not built: run `npm run build`");
  const folder = mkdtempSync(join(tmpdir(), "bench-racks-"));
  for (const key of ["host", "id"]) execFileSync("ssh-keygen", ["-qt", "ed25519", "-N", "", "-f", join(folder, key)]);
  for (const key of ["bot", "worker"]) await must([process.execPath, program, "keys", "make", key, "--dir", folder]);
  const port = await freePort();
  const servers = startChild(join(import.meta.dirname, "rack-servers.ts"));
  await servers.ask("open", { hostKey: readFileSync(join(folder, "host"), "utf8"), port });
  const [redis, etcd, slack] = [await startRedis(), await startEtcd(), await startSlack({ port: 0 })];
  say(`${await filled(etcd)} keys are in etcd, 300 SSH servers listen`);
  writeConfig({ folder, port, slack, redis: redis.url, etcd: etcd.endpoint });
  const started = (["worker", "bot"] as const).map((what) => start(folder, what));
  const close = async (): Promise<void> => {
    for (const child of started) child.kill("SIGTERM");
    servers.stop();
    etcd.stop();
    await slack.stop();
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until("bot and worker are ready", () => slack.sockets.count() === 1 && says(folder, "the worker takes jobs"), 60_000);
  } catch (error) {
    await close();
    throw error;
  }
  return { folder, port, slack, etcd, servers, close };
}

const says = (folder: string, text: string): boolean => readFileSync(join(folder, "worker.log"), "utf8").includes(text);

function start(folder: string, what: "worker" | "bot"): ChildProcess {
  const log = openSync(join(folder, `${what}.log`), "a");
  return spawn(process.execPath, [program, "--config", join(folder, "config.json"), what], { stdio: ["ignore", log, log] });
}

/** 20,000 endpoints, 3,000 security groups, and a felix on every host that has just reported. */
async function filled(etcd: RealEtcd): Promise<number> {
  const client = new Etcd3({ hosts: [etcd.endpoint] });
  const names = everyCompute().map(({ name }) => name);
  const keys = await fill(client, { hosts: names, endpoints: 20_000, groups: 3000 });
  const value = JSON.stringify({ time: new Date().toISOString(), uptime: 100, first_update: false });
  const felix = names.flatMap((name) =>
    ["status", "last_reported_status"].map((key): [string, string] => [`/calico/felix/v2/no-region/host/${name}/${key}`, value]),
  );
  await putAll(client, [...felix, ["/calico/openstack/v2/no-region/neutron_election", "ctl1:1"]]);
  client.close();
  return keys + felix.length + 1;
}

interface Writing {
  folder: string;
  port: number;
  slack: SlackLab;
  redis: string;
  etcd: string;
}

function writeConfig({ folder, port, slack, redis, etcd }: Writing): void {
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return `file:${name}`;
  };
  const computes = everyCompute();
  const hosts = [...computes, ...Array.from({ length: racks }, (_, i) => switchesOf(i + 1)).flat()];
  const knownHosts = put(
    "known_hosts",
    computes.map(({ address }) => `${address} ${readFileSync(join(folder, "host.pub"), "utf8")}`).join(""),
  );
  const { team, appToken, botToken } = slack.state.workspace;
  const cluster = {
    name: "eu1",
    hosts: hosts.map(({ name, address, role, rack, ssh }) => ({ name, address, role, rack, ssh })),
    thresholds: { felixKeyLate: "1h" },
    workerKeys: ["file:worker.pub"],
    botKeys: ["file:bot.pub"],
    worker: {
      id: "w1",
      signingKey: "file:worker.key",
      ssh: { user: "root", port, privateKey: "file:id", knownHosts },
      etcd: { endpoints: [etcd] },
    },
  };
  const tokens = { appToken: put("app.token", appToken), botToken: put("bot.token", botToken) };
  const bot = { signingKey: "file:bot.key", slack: { team: team.id, ...tokens, apiUrl: `${slack.url}/api/` } };
  const access = { roles: { operator: ["U0ALICE"] }, channels: [{ id: "C0NETOPS", clusters: ["eu1"], detail: "full" }] };
  put("config.json", JSON.stringify({ redis: { url: redis }, bot, clusters: [cluster], access }));
}
