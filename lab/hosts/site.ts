import type { ChildProcess, SpawnOptions } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultWorkloads, hostsOf, type LabHost, type Workload } from "../site.js";
import type { BirdStyle } from "./bird.js";
import { knownHosts, type Making, writeHostFiles } from "./files.js";
import { isAlive } from "./identity.js";
import { ensureRoom } from "./room.js";
import { launch, must, type RunResult, run } from "./run.js";
import { enterHost, enterNet, startFabric, startHost } from "./start.js";
import { makeCgroup, pause, readState, type State, tearDown, writeState } from "./state.js";

/** A running site: hosts that are real but for the machine they share. */
export interface Site {
  dir: string;
  hosts: readonly LabHost[];
  workloads: readonly Workload[];
  /** Runs words as root on a host, without SSH. */
  exec(host: string, argv: readonly string[], options?: { timeoutMs?: number; stdin?: string }): Promise<RunResult>;
  /** Starts a program on the hosts' segment, at the bot's place. */
  launch(argv: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Runs a program there to its end. */
  run(argv: readonly string[], options?: { timeoutMs?: number; stdin?: string }): Promise<RunResult>;
  isUp(host: string): boolean;
  down(): Promise<boolean>;
}

export interface Raising {
  dir: string;
  /** Hosts in all, at least 4. */
  hosts?: number;
  bird?: Partial<BirdStyle>;
  felix?: Making["felix"];
  calicoctl?: string | null;
}

/** The part of a site that is there before any host: folder, keys, segment. Neutron starts on it first. */
export interface Ground {
  site: Site;
  raise(workloads?: readonly Workload[]): Promise<void>;
}

/** Prepares folder, keys and segment; raise() then starts all hosts at the same time. */
export async function ground(how: Raising): Promise<Ground> {
  if (readState(how.dir)) throw new Error(`a lab is up in ${how.dir} already: take it down first`);
  const hosts = hostsOf(how.hosts ?? 4);
  ensureRoom(hosts.length);
  mkdirSync(how.dir, { recursive: true, mode: 0o700 });
  const names = ["id", ...hosts.map(({ name }) => `${name}.key`)];
  await Promise.all(
    names
      .filter((name) => !existsSync(join(how.dir, name)))
      .map((name) => must(["ssh-keygen", "-qt", "ed25519", "-N", "", "-C", name, "-f", join(how.dir, name)])),
  );
  writeFileSync(join(how.dir, "known_hosts"), knownHosts(how.dir, hosts));
  const state: State = { count: hosts.length, workloads: [], fabric: await startFabric(), hosts: {}, cgroup: makeCgroup(how.dir) };
  writeState(how.dir, state);
  const site = siteOf(how.dir, state);
  return { site, raise: (workloads = defaultWorkloads(hosts)) => raise({ how, hosts, state }, workloads) };
}

async function raise(
  { how, hosts, state }: { how: Raising; hosts: LabHost[]; state: State },
  workloads: readonly Workload[],
): Promise<void> {
  state.workloads.push(...workloads);
  const bird = { connectDelay: 2, names: "calico" as const, ...how.bird };
  const making: Making = {
    dir: how.dir,
    hosts,
    workloads,
    bird,
    felix: how.felix ?? { ttl: 9, every: 3 },
    calicoctl: how.calicoctl ?? null,
  };
  await Promise.all(
    hosts.map(async (host) => {
      const folder = writeHostFiles(host, making);
      state.hosts[host.name] = await startHost({ host, folder, fabric: state.fabric, cgroup: state.cgroup });
      writeState(how.dir, state);
    }),
  );
  const site = siteOf(how.dir, state);
  // All hosts share the machine: the more there are, the later the last one is up.
  await Promise.all(hosts.map((host) => converged(site, host, 30_000 + hosts.length * 1000)));
}

/** Waits until every BGP session of a host is Established. */
export async function converged(site: Site, host: LabHost, within = 30_000): Promise<void> {
  const end = Date.now() + within;
  for (;;) {
    const { stdout } = await site.exec(host.name, ["birdc", "-r", "-s", "/run/calico/bird.ctl", "show", "protocols"], { timeoutMs: 3000 });
    const sessions = stdout.split("\n").filter((line) => /^\S+\s+BGP\s/.test(line));
    if (sessions.length === host.peers.length && sessions.every((line) => line.includes("Established"))) return;
    if (!site.isUp(host.name)) throw new Error(`${host.name} ended while it started: see ${join(site.dir, host.name, "init.log")}`);
    if (Date.now() > end) throw new Error(`BGP of ${host.name} is not up after ${within / 1000} s`);
    await pause(100);
  }
}

/** The lab that is up in this folder, or null. */
export function attach(dir: string): Site | null {
  const state = readState(dir);
  return state && isAlive(state.fabric) ? siteOf(dir, state) : null;
}

function siteOf(dir: string, state: State): Site {
  const host = (name: string) => {
    const identity = state.hosts[name];
    if (!identity) throw new Error(`the lab has no host ${name}; there are ${Object.keys(state.hosts).join(", ")}`);
    if (!isAlive(identity)) throw new Error(`${name} is not up`);
    return identity;
  };
  return {
    dir,
    hosts: hostsOf(state.count),
    workloads: state.workloads,
    exec: (name, argv, options) => run([...enterHost(host(name)), ...argv], options),
    launch: (argv, options) => launch([...enterNet(state.fabric), ...argv], options),
    run: (argv, options) => run([...enterNet(state.fabric), ...argv], options),
    isUp: (name) => state.hosts[name] !== undefined && isAlive(state.hosts[name]),
    down: () => tearDown(dir),
  };
}
