import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { Host } from "../../src/cluster/inventory.js";
import type { SshConfig } from "../../src/config/valid.js";
import { takesConnections } from "../../workers/ssh/probe.js";

/** A real sshd on a free loopback port with keys of its own. */
export interface Sshd {
  host: Host;
  config: SshConfig;
  process: ChildProcess;
  folder: string;
  stop(): void;
}

const host: Host = {
  name: "h1",
  address: "127.0.0.1",
  bgp: ["127.0.0.1"],
  role: "compute",
  maintenance: false,
  peers: [],
  felix: true,
  ssh: true,
};

export async function startSshd(): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), "sshd-test-"));
  for (const key of ["host", "user", "other"]) execFileSync("ssh-keygen", ["-qt", "ed25519", "-N", "", "-f", join(folder, key)]);
  mkdirSync("/run/sshd", { recursive: true });
  const port = await freePort();
  const lines = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/user.pub`,
    "StrictModes no",
    "UsePAM no",
    "PidFile none",
    "PasswordAuthentication no",
    "PermitRootLogin prohibit-password",
  ];
  writeFileSync(join(folder, "config"), `${lines.join("\n")}\n`);
  const process = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", join(folder, "config")], { stdio: "ignore" });
  for (let i = 0; i < 100 && !(await takesConnections("127.0.0.1", port, 200)); i++)
    await new Promise((resolve) => setTimeout(resolve, 30));
  const key = (name: string): string => readFileSync(join(folder, name), "utf8");
  const secret = (text: string) => ({ reveal: () => text });
  const config: SshConfig = {
    user: userInfo().username,
    port,
    privateKey: secret(key("user")),
    knownHosts: `127.0.0.1 ${key("host.pub")}`,
    prefix: [],
    connectTimeout: 1500,
    hostTimeout: 3000,
  };
  const stop = (): void => {
    process.kill("SIGCONT");
    process.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  };
  return { host, config, process, folder, stop };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
