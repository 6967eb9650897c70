import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./sshd.js";

/** A real etcd on free loopback ports with a folder of its own. */
export interface RealEtcd {
  endpoint: string;
  process: ChildProcess;
  ctl(args: readonly string[], stdin?: string): string;
  /** Ends it at once, as a crash would; `again` starts it on what it had written, or with nothing. */
  kill(): Promise<void>;
  again(empty?: boolean): Promise<void>;
  stop(): void;
}

/** `more`: further options, or what makes them from the endpoint. */
export async function startEtcd(more: readonly string[] | ((endpoint: string) => readonly string[]) = []): Promise<RealEtcd> {
  const folder = mkdtempSync(join(tmpdir(), "etcd-test-"));
  const [client, peer] = [await freePort(), await freePort()];
  const endpoint = `http://127.0.0.1:${client}`;
  const urls = ["--listen-client-urls", endpoint, "--advertise-client-urls", endpoint, "--listen-peer-urls", `http://127.0.0.1:${peer}`];
  const options = [...urls, "--unsafe-no-fsync", ...(typeof more === "function" ? more(endpoint) : more)];
  let data = 0;
  const launch = (): ChildProcess => spawn("/usr/bin/etcd", ["--data-dir", join(folder, `data${data}`), ...options], { stdio: "ignore" });
  let process = launch();
  const ctl = (args: readonly string[], stdin?: string): string =>
    execFileSync("/usr/bin/etcdctl", args, {
      encoding: "utf8",
      input: stdin,
      env: { ETCDCTL_API: "3", ETCDCTL_ENDPOINTS: endpoint },
      timeout: 20_000,
      stdio: ["pipe", "pipe", "ignore"],
    });
  await until(() => ctl(["endpoint", "health"]));
  const kill = async (): Promise<void> => {
    const gone = once(process, "exit");
    process.kill("SIGKILL");
    await gone;
  };
  return {
    endpoint,
    get process() {
      return process;
    },
    ctl,
    kill,
    async again(empty = false) {
      if (empty) data++;
      process = launch();
      await until(() => ctl(["endpoint", "health"]));
    },
    stop() {
      process.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function until(works: () => unknown): Promise<void> {
  for (let i = 0; ; i++) {
    try {
      works();
      return;
    } catch (error) {
      if (i > 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
