import type { Client, ClientChannel } from "ssh2";
import { FailureError, fail, toFailure } from "../../src/contract/failure.js";
import { listen, type Heard as Output } from "../local/heard.js";
import { quote } from "./quote.js";

export interface ExecOptions {
  signal: AbortSignal;
  /** Deadline of this command in ms. */
  timeoutMs: number;
  /** Bytes of stdout and stderr together; more is a `too_large` failure. */
  maxBytes: number;
  stdin?: string;
}

export interface ExecResult {
  /** Null = ended by a signal. */
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  ms: number;
}

/** Searched before the account's own PATH: plain logins have no sbin. */
const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH; export PATH; ";
const marker = "calico-chatops-pid ";

/**
 * A command line that leads a process group of its own, names it first, and ends by itself should we be cut off.
 * Without input it reads nothing, and our half of the channel may stay open until the exit status has come.
 */
export function commandLine(argv: readonly string[], { timeoutMs, stdin }: Pick<ExecOptions, "timeoutMs" | "stdin">): string {
  const seconds = Math.ceil(timeoutMs / 1000) + 1;
  const inner = `echo "${marker}$$" >&2; exec timeout -k 1 ${seconds} ${quote(argv)}`;
  return `${path}exec setsid -w sh -c ${quote([inner])}${stdin === undefined ? " </dev/null" : ""}`;
}

/** Runs one command on an open connection. At the deadline or on abort the remote process group is killed. */
export async function execOn(client: Client, line: string, options: ExecOptions): Promise<ExecResult> {
  const began = Date.now();
  const channel = await openChannel(client, line, options);
  const heard = collect(channel, options.maxBytes);
  if (options.stdin !== undefined) channel.end(options.stdin);
  const why = await ended(client, channel, { heard, options });
  if (why === "closed") return { ...heard.exit, stdout: heard.out(), stderr: heard.err().replace(pidLine, ""), ms: Date.now() - began };
  if (why === "lost") throw new Cut();
  stopRemote(client, channel, heard);
  if (why === "aborted") throw fail("cancelled", "the remote command was stopped");
  if (why === "too_large") throw fail("too_large", `the remote command printed more than ${options.maxBytes} bytes`);
  throw fail("timeout", `no end of the remote command in ${options.timeoutMs / 1000} s`);
}

const pidLine = /^calico-chatops-pid \d+\n/m;

function pidOf(stderr: string): number | null {
  const match = /^calico-chatops-pid (\d+)$/m.exec(stderr);
  return match ? Number(match[1]) : null;
}

/** The connection was lost while the command ran: nobody knows how far it came, so it is not run again. */
class Cut extends FailureError {
  constructor() {
    super(fail("unreachable", "the connection was lost while the remote command ran").failure);
  }
}

/** Whether a failure means that the command was never started. */
export const neverStarted = (error: unknown): boolean => toFailure(error).code === "unreachable" && !(error instanceof Cut);

/** An open connection on which the peer answers nothing at all any more. */
export class Unresponsive extends Error {}

/** Opening a channel is one round trip; a peer that vanished leaves the connection open and says nothing. */
export const openWithin = 1200;

function openChannel(client: Client, line: string, { timeoutMs, signal }: ExecOptions): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    let given = false;
    const giveUp = (error: Error): void => {
      given = true;
      settle();
      reject(error);
    };
    const stop = (): void => giveUp(fail("cancelled", "stopped before the channel was open"));
    const silent = (): void => {
      client.destroy();
      giveUp(new Unresponsive());
    };
    const timer = setTimeout(silent, Math.min(openWithin, timeoutMs));
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) return stop();
    try {
      client.exec(line, (error, channel) => {
        settle();
        if (error) return reject(fail("unreachable", `opening a channel: ${error.message}`, { cause: error }));
        // Nobody waits any more, but the command has started over there.
        if (given) return stopRemote(client, channel, collect(channel, pidBytes));
        return resolve(channel);
      });
    } catch (error) {
      giveUp(fail("unreachable", "the connection is closed", { cause: error }));
    }
    return undefined;
  });
}

interface Heard extends Output {
  exit: { code: number | null; signal: string | null };
}

function collect(channel: ClientChannel, maxBytes: number): Heard {
  const exit: Heard["exit"] = { code: null, signal: null };
  channel.on("exit", (code: number | null, signal?: string) => Object.assign(exit, { code, signal: signal ?? null }));
  return { exit, ...listen({ stdout: channel, stderr: channel.stderr }, maxBytes) };
}

type Why = "closed" | "lost" | "aborted" | "timeout" | "too_large";

interface Watching {
  heard: Heard;
  options: ExecOptions;
}

function ended(client: Client, channel: ClientChannel, { heard, options: { signal, timeoutMs } }: Watching): Promise<Why> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish("timeout"), timeoutMs);
    const onAbort = (): void => finish("aborted");
    const onOverflow = (): void => finish("too_large");
    // Without an exit status, and with its connection: what came may be half of the output.
    const onLoss = (): void => finish(heard.exit.code === null && heard.exit.signal === null ? "lost" : "closed");
    const finish = (why: Why): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      heard.overflow.removeEventListener("abort", onOverflow);
      client.off("close", onLoss);
      resolve(why);
    };
    // The connection says that it is gone right after its channels do.
    channel.once("close", () => setImmediate(() => finish("closed")));
    client.once("close", onLoss);
    heard.overflow.addEventListener("abort", onOverflow);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) finish("aborted");
  });
}

const pidBytes = 4096;
/** The command names its group first of all; if that has not come by then, its own `timeout` ends it. Ms. */
const pidWithin = 1000;

/** Kills what the channel started, as soon as it is known what that is. */
function stopRemote(client: Client, channel: ClientChannel, heard: Heard): void {
  const known = (): boolean => {
    const pid = pidOf(heard.err());
    if (pid === null) return false;
    killRemote(client, pid);
    channel.destroy();
    return true;
  };
  if (known()) return;
  const timer = setTimeout(() => channel.destroy(), pidWithin);
  channel.stderr.on("data", () => {
    if (known()) clearTimeout(timer);
  });
}

/** Over a second channel, because sshd does not pass signals on to a whole group. */
function killRemote(client: Client, pid: number): void {
  try {
    client.exec(`kill -9 -- -${pid}`, (error, channel) => {
      if (!error) channel.resume().end();
    });
  } catch {
    // The connection is gone; `timeout` on the far side ends the command.
  }
}
