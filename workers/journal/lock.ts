import { type ChildProcess, spawn } from "node:child_process";
import { fail } from "../../src/contract/failure.js";

/** A lock of the kernel on a file, as long as this process lives. */
export interface Lock {
  held(): boolean;
  release(): Promise<void>;
}

/** One that was killed a moment ago lets go of it this soon, ms. */
const patience = 3000;

/**
 * Locks a file with flock(1), which holds it for as long as its standard input is open: a process that dies, however it does, lets
 * go of it. Throws `busy` when another process has it.
 */
export async function lock(file: string): Promise<Lock> {
  const until = Date.now() + patience;
  for (;;) {
    const child = await locked(file);
    if (child !== null) return lockOf(child);
    if (Date.now() > until)
      throw fail("busy", `another process holds ${file}`, {
        hint: "one worker changes a cluster: stop the other one, or give it a folder",
      });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function lockOf(child: ChildProcess): Lock {
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    held: () => child.exitCode === null && child.signalCode === null,
    async release() {
      child.ref();
      child.stdin?.end();
      await gone;
    },
  };
}

/** The holder of the lock, once it says so; null = somebody else has it. */
function locked(file: string): Promise<ChildProcess | null> {
  // A group of its own: Ctrl-C on a terminal is for the worker, which still writes while it ends.
  const child = spawn("flock", ["--nonblock", file, "cat"], { stdio: ["pipe", "pipe", "ignore"], detached: true, env: { PATH: path } });
  child.unref();
  return new Promise((resolve, reject) => {
    const wait = { hint: "install util-linux, which every Debian and every Red Hat has" };
    child.once("error", (cause) => reject(fail("tool_missing", "flock(1) cannot be started", { ...wait, cause })));
    child.once("exit", () => resolve(null));
    child.stdout.once("data", () => resolve(child));
    child.stdin.on("error", () => undefined).write(".");
  });
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
