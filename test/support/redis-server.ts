import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, type Log } from "../../src/log/log.js";
import { openRedis, type RedisLinks } from "../../src/redis/connect.js";

/** A real Redis on a socket of its own, with AOF like any other; it ends with the test. */
export interface TestRedis {
  url: string;
  links(prefix?: string): Promise<RedisLinks>;
  /** Frozen: it accepts and never answers. */
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const quiet: Log = createLog({ level: "silent" });

export async function startRedis(...extra: string[]): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), "redis-"));
  const socket = join(folder, "redis.sock");
  const opened: RedisLinks[] = [];
  let server: ChildProcess | null = null;
  const links = async (prefix = "test"): Promise<RedisLinks> => {
    const made = await openRedis({ url: `unix:${socket}`, username: null, password: null, prefix }, quiet);
    opened.push(made);
    return made;
  };
  const kill = async (): Promise<void> => {
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, "exit");
    server.kill("SIGKILL");
    await gone;
  };
  const start = async (): Promise<void> => {
    const options = ["--port", "0", "--unixsocket", socket, "--dir", folder, "--appendonly", "yes", "--save", "", ...extra];
    server = spawn("redis-server", options, { stdio: "ignore" });
    const first = await openRedis({ url: `unix:${socket}`, username: null, password: null, prefix: "test" }, quiet, 10_000);
    await first.close();
  };
  await start();
  return {
    url: `unix:${socket}`,
    links,
    freeze: () => void server?.kill("SIGSTOP"),
    thaw: () => void server?.kill("SIGCONT"),
    kill,
    start,
    async stop() {
      await Promise.all(opened.map((made) => made.close()));
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
