import { mkdirSync, openSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { botAddress, type LabHost, subnet } from "../site.js";
import { type Identity, identify } from "./identity.js";
import { launch, must } from "./run.js";
import { pause } from "./state.js";

/** Makes the namespace of the hosts' segment: a bridge that holds the bot's address, and no way out. */
export async function startFabric(): Promise<Identity> {
  const holder = launch(["unshare", "-n", "sleep", "infinity"]);
  const fabric = await eventually(() => {
    const found = holder.pid === undefined ? null : identify(holder.pid);
    return found !== null && found.net !== readlinkSync("/proc/self/ns/net") ? found : null;
  }, "the segment's namespace");
  const commands = [
    "ip link set lo up",
    "ip link add br0 type bridge",
    `ip addr add ${botAddress}/24 dev br0`,
    "ip link set br0 up",
    `ip route add ${subnet.pool} via 192.168.10.254`,
  ];
  await must([...enterNet(fabric), "sh", "-ec", commands.join("; ")]);
  return fabric;
}

/** Words that run a program inside a network namespace. */
export const enterNet = (identity: Identity): string[] => ["nsenter", "-n", "-t", String(identity.pid), "--"];

/** Words that run a program inside a host. */
export const enterHost = (identity: Identity): string[] => [
  ...["nsenter", "-t", String(identity.pid), "-m", "-n", "-u", "-i", "-p", "-C", "--"],
  ...["env", "-i", "PATH=/run/lab:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "ETCDCTL_API=3"],
];

export interface Starting {
  host: LabHost;
  /** The host's folder. */
  folder: string;
  fabric: Identity;
  cgroup: string;
}

/** Starts one host: own namespaces, own root, systemd; then hands it its cable. */
export async function startHost({ host, folder, fabric, cgroup }: Starting): Promise<Identity> {
  const group = join(cgroup, host.name);
  mkdirSync(group, { recursive: true });
  const log = openSync(join(folder, "init.log"), "a");
  const script = `echo $$ > "$0/cgroup.procs"; exec unshare -n -m -u -i -p -C --fork --kill-child --mount-proc bash "$@"`;
  const parent = launch(["sh", "-c", script, group, join(import.meta.dirname, "init.sh"), folder, host.name, group], {
    stdio: ["ignore", log, log],
  });
  const first = await eventually(() => childOf(parent.pid), `the first process of ${host.name}`, 30_000);
  const last = Number(host.address.split(".").at(-1));
  const mac = `02:42:c0:a8:0a:${last.toString(16).padStart(2, "0")}`;
  const cable = [
    `ip link add p-${host.name} type veth peer name eth0 netns ${first.pid} address ${mac}`,
    `ip link set p-${host.name} master br0 up`,
  ];
  await must([...enterNet(fabric), "sh", "-ec", cable.join("; ")]);
  writeFileSync(join(folder, "pid"), String(first.pid));
  return first;
}

/** The child of `unshare`, once it is in its own network namespace. */
function childOf(parent: number | undefined): Identity | null {
  if (parent === undefined) return null;
  const [child] = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim().split(" ");
  if (!child) return null;
  const found = identify(Number(child));
  return found !== null && found.net !== readlinkSync("/proc/self/ns/net") ? found : null;
}

/** Waits until something is there, ten seconds at most unless told otherwise. */
export async function eventually<T>(look: () => T | null, what: string, within = 10_000): Promise<T> {
  const end = Date.now() + within;
  for (;;) {
    const found = attempt(look);
    if (found !== null) return found;
    if (Date.now() > end) throw new Error(`${what} is not there after ${within / 1000} s`);
    await pause(15);
  }
}

function attempt<T>(look: () => T | null): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
