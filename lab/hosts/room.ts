import { readFileSync } from "node:fs";

/** inotify instances that systemd holds as a host's first process; the kernel counts those of all hosts as root's. */
const perHost = 3;
/** What the machine's own services are left. */
const spare = 8;
const setting = "fs.inotify.max_user_instances";

/** Why so many hosts would not all come up under this limit of inotify instances, and what mends it; null = they fit. */
export function tooMany(hosts: number, limit: number): string | null {
  const needed = hosts * perHost + spare;
  if (needed <= limit) return null;
  const most = Math.floor((limit - spare) / perHost);
  return `${hosts} hosts need ${setting}=${needed}, here it is ${limit}: raise it with sysctl, or take at most ${most} hosts`;
}

/** Throws before anything is started when the machine has no room for so many hosts. */
export function ensureRoom(hosts: number): void {
  const why = tooMany(hosts, Number(readFileSync(`/proc/sys/${setting.replaceAll(".", "/")}`, "utf8")));
  if (why !== null) throw new Error(why);
}
