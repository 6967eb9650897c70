import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";

/** inotify instances that systemd holds as a host's first process; the kernel counts those of all hosts as root's. */
const perHost = 3;
/** For what the machine's own services take meanwhile. */
const spare = 8;
const setting = "fs.inotify.max_user_instances";

/** How many inotify instances root may have, and how many it has: another lab's count too. */
interface Room {
  limit: number;
  used: number;
}

/** Why so many hosts would not all come up on this machine, and what mends it; null = they fit. */
export function tooMany(hosts: number, { limit, used }: Room): string | null {
  const needed = used + hosts * perHost + spare;
  if (needed <= limit) return null;
  const most = Math.max(0, Math.floor((limit - used - spare) / perHost));
  const taken = used === 0 ? "" : `, of which ${used} are taken`;
  return `${hosts} hosts need ${setting}=${needed}, here it is ${limit}${taken}: \`sysctl -w ${setting}=${needed}\`, or take at most ${most} hosts`;
}

/** Throws before anything is started when the machine has no room for so many hosts. */
export function ensureRoom(hosts: number): void {
  const limit = Number(readFileSync(`/proc/sys/${setting.replaceAll(".", "/")}`, "utf8"));
  const why = tooMany(hosts, { limit, used: heldBy(process.getuid?.() ?? 0) });
  if (why !== null) throw new Error(why);
}

/** inotify instances of all processes of a user. */
function heldBy(user: number): number {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.reduce((sum, pid) => sum + heldIn(`/proc/${pid}`, user), 0);
}

/** Of one process; none when it ended meanwhile. */
function heldIn(process: string, user: number): number {
  try {
    if (statSync(process).uid !== user) return 0;
    return readdirSync(`${process}/fd`).filter((fd) => isInotify(`${process}/fd/${fd}`)).length;
  } catch {
    return 0;
  }
}

function isInotify(fd: string): boolean {
  try {
    return readlinkSync(fd) === "anon_inode:inotify";
  } catch {
    return false;
  }
}
