import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { stableId, type Workload } from "../site.js";
import { type Identity, identify, isAlive, killExactly } from "./identity.js";

/** What a running lab has on the machine; enough to end it from another process. */
export interface State {
  /** Number of hosts. */
  count: number;
  workloads: Workload[];
  /** Holds the namespace of the hosts' segment. */
  fabric: Identity;
  /** First process of each host. */
  hosts: Record<string, Identity>;
  /** Control group folder of the lab. */
  cgroup: string;
}

const stateFile = (dir: string): string => join(dir, "state.json");

/** The state of the lab in this folder, or null when there is none. */
export function readState(dir: string): State | null {
  return existsSync(stateFile(dir)) ? (JSON.parse(readFileSync(stateFile(dir), "utf8")) as State) : null;
}

/** Written before each step that leaves something behind, and never half. */
export function writeState(dir: string, state: State): void {
  writeFileSync(`${stateFile(dir)}.new`, JSON.stringify(state));
  renameSync(`${stateFile(dir)}.new`, stateFile(dir));
}

/** A control group folder of the unified hierarchy for this lab; systemd as a host's first process needs one. */
export function makeCgroup(dir: string): string {
  const cgroup2 = 0x63677270;
  const top = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].find((path) => existsSync(path) && statfsSync(path).type === cgroup2);
  if (top === undefined) throw new Error("there is no cgroup v2 hierarchy on this machine: systemd cannot run in the lab's hosts");
  const folder = join(top, `calico-lab-${stableId(dir).slice(0, 8)}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Ends every process of the lab and removes what it left; true when there was something. */
export async function tearDown(dir: string): Promise<boolean> {
  const state = readState(dir);
  if (state) {
    for (const identity of Object.values(state.hosts)) killExactly(identity);
    killGroup(state.cgroup);
    await emptySegment(state.fabric);
    killExactly(state.fabric);
    await gone([...Object.values(state.hosts), state.fabric]);
    await removeCgroups(state.cgroup);
  }
  rmSync(dir, { recursive: true, force: true });
  return state !== null;
}

/** Also what was cut off while it started, before its first process was written down: the whole control group is ours. */
function killGroup(folder: string): void {
  const file = join(folder, "cgroup.kill");
  if (existsSync(file)) writeFileSync(file, "1");
}

/** A server that is being ended may start a child once more: looked at again until nobody is there. */
async function emptySegment(fabric: Identity): Promise<void> {
  for (let i = 0; i < 50; i++) {
    const inside = inNamespace(fabric);
    if (inside.length === 0) return;
    for (const identity of inside) killExactly(identity);
    await pause(20);
  }
}

/** Bot, worker, Redis, Neutron: whatever was started inside the lab's segment. */
function inNamespace(fabric: Identity): Identity[] {
  if (!isAlive(fabric)) return [];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const own = pids.filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/ns/net`) === fabric.net;
    } catch {
      return false;
    }
  });
  return own.map((pid) => identify(Number(pid))).filter((identity) => identity !== null && identity.pid !== fabric.pid) as Identity[];
}

async function gone(identities: readonly Identity[]): Promise<void> {
  for (let i = 0; i < 100 && identities.some(isAlive); i++) await pause(20);
}

async function removeCgroups(folder: string): Promise<void> {
  for (let i = 0; i < 50 && existsSync(folder); i++) {
    for (const path of deepest(folder)) {
      try {
        rmdirSync(path);
      } catch {
        // Still busy: its processes are going; tried again.
      }
    }
    await pause(20);
  }
}

function deepest(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...below.flatMap((entry) => deepest(join(folder, entry.name))), folder];
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
