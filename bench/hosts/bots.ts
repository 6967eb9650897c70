import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../lab/demo/stage.js";
import { type SlackLab, startSlack } from "../../lab/slack/server.js";
import { createLog } from "../../src/log/log.js";
import { createClusterQueue } from "../../src/queue/cluster-queue.js";
import { openRedis } from "../../src/redis/connect.js";
import { createVoice } from "../../workers/execute/voice.js";
import { root } from "../record.js";
import { startChild } from "./child.js";

/** A bot connected to a workspace of its own. */
export interface ConnectedBot {
  slack: SlackLab;
  close(): Promise<void>;
}

const program = join(root, "dist/src/cli.js");
const log = createLog({ level: "silent" });

/** Bolt alone, in a process of its own. */
export async function bareBot(socket: string, prefix: string): Promise<ConnectedBot> {
  const slack = await startSlack({ port: 0 });
  const child = startChild(join(import.meta.dirname, "bare-bolt.ts"));
  const { appToken, botToken } = slack.state.workspace;
  await child.ask("open", { socket, prefix, apiUrl: `${slack.url}/api/`, appToken, botToken });
  await until("bolt is connected", () => slack.sockets.count() === 1);
  return {
    slack,
    async close() {
      child.stop();
      await slack.stop();
    },
  };
}

/** The product's bot as built, with a worker that gives signs of life and takes nothing: what is measured ends at the acknowledgement. */
export async function productBot(socket: string, prefix: string): Promise<ConnectedBot> {
  if (!existsSync(program)) throw new Error("the program is not built: run `npm run build`");
  const folder = mkdtempSync(join(tmpdir(), "bench-bot-"));
  const slack = await startSlack({ port: 0 });
  const [bot, worker] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")];
  writeConfig({ folder, slack, socket, prefix, botKey: bot.privateKey, workerKey: worker.publicKey });
  const endSigns = await signsOfLife(socket, prefix, worker.privateKey);
  const child: ChildProcess = spawn(process.execPath, [program, "--config", join(folder, "config.json"), "bot"], { stdio: "ignore" });
  await until("the bot is connected", () => slack.sockets.count() === 1);
  return {
    slack,
    async close() {
      child.kill("SIGKILL");
      await endSigns();
      await slack.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Configuring {
  folder: string;
  slack: SlackLab;
  socket: string;
  prefix: string;
  botKey: KeyObject;
  workerKey: KeyObject;
}

function writeConfig({ folder, slack, socket, prefix, botKey, workerKey }: Configuring): void {
  const { team, appToken, botToken } = slack.state.workspace;
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return `file:${name}`;
  };
  const tokens = { appToken: put("app.token", appToken), botToken: put("bot.token", botToken) };
  const config = {
    redis: { url: `unix:${socket}`, prefix },
    log: { level: "error" },
    bot: {
      signingKey: put("bot.key", String(botKey.export({ format: "pem", type: "pkcs8" }))),
      slack: { team: team.id, ...tokens, apiUrl: `${slack.url}/api/` },
    },
    clusters: [
      {
        name: "lab",
        hosts: [{ name: "compute1", address: "10.0.0.1" }],
        workerKeys: [put("worker.pub", String(workerKey.export({ format: "pem", type: "spki" })))],
      },
    ],
    access: { roles: { operator: ["U0ALICE"] }, channels: [{ id: "C0NETOPS", clusters: ["lab"], detail: "full" }] },
  };
  put("config.json", JSON.stringify(config));
}

async function signsOfLife(socket: string, prefix: string, signingKey: KeyObject): Promise<() => Promise<void>> {
  const links = await openRedis({ url: `unix:${socket}`, username: null, password: null, prefix }, log);
  const queue = createClusterQueue(links, "lab", log);
  const voice = createVoice({ worker: "w1", cluster: "lab", signingKey, queue, log, now: Date.now });
  const beat = (): Promise<void> => voice.beat({ version: "0", changes: false, running: 0, jobs: [], trusts: [], started: Date.now() });
  await beat();
  const timer = setInterval(() => void beat().catch(() => undefined), 5000);
  return async () => {
    clearInterval(timer);
    await queue.close();
    await links.close();
  };
}
