import { readFileSync, readlinkSync } from "node:fs";

/** A process that cannot be mistaken for another one that got its pid later. */
export interface Identity {
  pid: number;
  /** Start time in clock ticks since boot. */
  start: string;
  /** Inode of its network namespace, `net:[…]`. */
  net: string;
}

export function identify(pid: number): Identity | null {
  try {
    return { pid, start: startOf(pid), net: readlinkSync(`/proc/${pid}/ns/net`) };
  } catch {
    return null;
  }
}

/** The 22nd field of stat; the second one is in brackets and may hold blanks. */
function startOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

export function isAlive(identity: Identity): boolean {
  const now = identify(identity.pid);
  return now !== null && now.start === identity.start && now.net === identity.net;
}

/** Kills exactly this process. */
export function killExactly(identity: Identity): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, "SIGKILL");
  } catch {
    // Gone in between.
  }
}
