import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { run } from "../../lab/hosts/run.js";
import type { Host } from "../../src/cluster/inventory.js";
import type { SshConfig } from "../../src/config/valid.js";
import { freePort } from "../../test/support/sshd.js";
import { takesConnections } from "../../workers/ssh/probe.js";

/** Many sshd on loopback, one process and one address each. */
export interface Farm {
  hosts: Host[];
  config: SshConfig;
  /** Words for `ssh` that use one kept connection a host. */
  master: string[];
  stop(): Promise<void>;
}

export async function startFarm(count: number): Promise<Farm> {
  const folder = mkdtempSync(join(tmpdir(), "bench-sshd-"));
  for (const key of ["host", "user"]) execFileSync("ssh-keygen", ["-qt", "ed25519", "-N", "", "-f", join(folder, key)]);
  mkdirSync("/run/sshd", { recursive: true });
  const port = await freePort();
  const hosts = Array.from({ length: count }, (_, i) => hostAt(`h${i + 1}`, `127.77.0.${i + 1}`));
  const addresses = hosts.map(({ address }) => address);
  const servers = hosts.map(({ address }) => startOne(folder, address, port));
  for (const { address } of hosts) await listening(address, port);
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  const knownHosts = hosts.map(({ address }) => `${address} ${read("host.pub")}`).join("");
  writeFileSync(join(folder, "known_hosts"), hosts.map(({ address }) => `[${address}]:${port} ${read("host.pub")}`).join(""));
  const config = { user: userInfo().username, port, privateKey: { reveal: () => read("user") }, knownHosts };
  return {
    hosts,
    config: { ...config, prefix: [], connectTimeout: 10_000, hostTimeout: 10_000 },
    master: masterWords(folder, port),
    async stop() {
      await run(["xargs", "-P64", "-I{}", "ssh", "-O", "exit", ...masterWords(folder, port), "{}"], { stdin: addresses.join("\n") });
      for (const server of servers) server.kill("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function hostAt(name: string, address: string, more: Partial<Host> = {}): Host {
  return { name, address, bgp: [address], role: "compute", maintenance: false, peers: [], felix: true, ssh: true, ...more };
}

function startOne(folder: string, address: string, port: number): ChildProcess {
  const settings = {
    ListenAddress: address,
    Port: port,
    HostKey: join(folder, "host"),
    AuthorizedKeysFile: join(folder, "user.pub"),
    StrictModes: "no",
    UsePAM: "no",
    UseDNS: "no",
    PidFile: "none",
    PermitRootLogin: "prohibit-password",
    // Else each exec runs the start-up files of whoever runs this, which may cost more than all that is measured.
    SetEnv: `HOME=${folder}`,
  };
  const words = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return spawn("/usr/sbin/sshd", ["-D", "-f", "/dev/null", ...words], { stdio: "ignore" });
}

async function listening(address: string, port: number): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await takesConnections(address, port, 200)) return;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error(`sshd on ${address} does not listen`);
}

/** The kept connections end by themselves when nobody has used them for a minute, and with their sshd. */
function masterWords(folder: string, port: number): string[] {
  const settings = {
    Port: port,
    IdentityFile: join(folder, "user"),
    UserKnownHostsFile: join(folder, "known_hosts"),
    BatchMode: "yes",
    ControlMaster: "auto",
    ControlPath: join(folder, "cm-%h"),
    ControlPersist: 60,
  };
  return ["-F", "/dev/null", ...Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`])];
}
