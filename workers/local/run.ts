import { type ChildProcess, spawn } from "node:child_process";
import { fail } from "../../src/contract/failure.js";
import { listen } from "./heard.js";

export interface RunOptions {
  /** The whole environment; nothing of the worker's own is added. */
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** Deadline in ms. */
  timeoutMs: number;
  /** Bytes of stdout and stderr together. */
  maxBytes: number;
  /** What to do when there is no such program. */
  missing: string;
  /** What it reads on standard input; absent = nothing is there. */
  stdin?: string;
}

/** How a run came to its end; anything but `exited` means that its processes were killed. */
export type End = "exited" | "timeout" | "aborted" | "too_large";

export interface Ran {
  end: End;
  /** Null = ended by a signal. */
  exit: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  ms: number;
}

/**
 * Runs one program without a shell, in a process group of its own, of which nobody is left when this returns.
 * Rejects only if the program could not be started at all.
 */
export async function run(path: string, argv: readonly string[], options: RunOptions): Promise<Ran> {
  if (options.signal.aborted) throw fail("cancelled", `stopped before ${path} was started`);
  const began = Date.now();
  const child = start(path, argv, options);
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const heard = listen(child, options.maxBytes);
  const end = await ended(child, heard.overflow, options).catch((error: unknown) => {
    throw notStarted(path, error, options.missing);
  });
  killGroup(child);
  // What was still in the pipes comes first; somebody who left the group may hold them open for ever.
  await Promise.race([closed, pause(grace)]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  const { exitCode: exit, signalCode: signal } = child;
  return { end, exit, signal, stdout: heard.out(), stderr: heard.err(), ms: Date.now() - began };
}

const grace = 1000;

function start(path: string, argv: readonly string[], { env, missing, stdin }: RunOptions): ChildProcess {
  try {
    const child = spawn(path, argv, { cwd: "/", env, detached: true, stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"] });
    // Who ends without having read it all is judged by what it says.
    child.stdin?.on("error", () => undefined).end(stdin);
    return child;
  } catch (error) {
    throw notStarted(path, error, missing);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "is not there, or what its first line names is not",
  ENOTDIR: "is not there",
  EACCES: "may not be executed by the worker's account",
  ENOEXEC: "is no program for this machine",
};

function notStarted(path: string, error: unknown, missing: string): Error {
  const { code = "unknown error" } = error as NodeJS.ErrnoException;
  const reason = reasons[code];
  if (reason === undefined) return fail("tool_failed", `${path} on the worker could not be started: ${code}`, { cause: error });
  return fail("tool_missing", `${path} on the worker ${reason}`, { hint: missing, cause: error });
}

function ended(child: ChildProcess, overflow: AbortSignal, { signal, timeoutMs }: RunOptions): Promise<End> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish("timeout"), timeoutMs);
    const onAbort = (): void => finish("aborted");
    const onOverflow = (): void => finish("too_large");
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      overflow.removeEventListener("abort", onOverflow);
    };
    const finish = (end: End): void => {
      settle();
      resolve(end);
    };
    child.once("error", (error) => {
      settle();
      reject(error);
    });
    child.once("exit", () => finish(overflow.aborted ? "too_large" : "exited"));
    signal.addEventListener("abort", onAbort);
    overflow.addEventListener("abort", onOverflow);
  });
}

/** Its children too; at the end of an ordinary run there is normally nobody. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nobody is left in the group.
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
