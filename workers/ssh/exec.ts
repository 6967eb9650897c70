import type { Client, ClientChannel } from "ssh2";
import { fail } from "../../src/contract/failure.js";
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

/** A command line that leads a process group of its own, names it first, and ends by itself should we be cut off. */
export function commandLine(argv: readonly string[], timeoutMs: number): string {
  const seconds = Math.ceil(timeoutMs / 1000) + 1;
  const inner = `echo "${marker}$$" >&2; exec timeout -k 1 ${seconds} ${quote(argv)}`;
  return `${path}exec setsid -w sh -c ${quote([inner])}`;
}

/** Runs one command on an open connection. At the deadline or on abort the remote process group is killed. */
export async function execOn(client: Client, line: string, options: ExecOptions): Promise<ExecResult> {
  const began = Date.now();
  const channel = await openChannel(client, line, options);
  const heard = collect(channel, options.maxBytes);
  if (options.stdin !== undefined) channel.end(options.stdin);
  else channel.end();
  const why = await ended(channel, heard, options);
  if (why === "closed") return { ...heard.exit, stdout: heard.out(), stderr: heard.err().replace(pidLine, ""), ms: Date.now() - began };
  killRemote(client, pidOf(heard.err()));
  channel.destroy();
  if (why === "aborted") throw fail("cancelled", "the remote command was stopped");
  if (why === "too_large") throw fail("too_large", `the remote command printed more than ${options.maxBytes} bytes`);
  throw fail("timeout", `no end of the remote command in ${options.timeoutMs / 1000} s`);
}

const pidLine = /^calico-chatops-pid \d+\n/m;

function pidOf(stderr: string): number | null {
  const match = /^calico-chatops-pid (\d+)$/m.exec(stderr);
  return match ? Number(match[1]) : null;
}

/** An open connection on which the peer answers nothing at all any more. */
export class Unresponsive extends Error {}

/** Opening a channel is one round trip; a peer that vanished leaves the connection open and says nothing. */
export const openWithin = 1200;

function openChannel(client: Client, line: string, { timeoutMs, signal }: ExecOptions): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(fail("cancelled", "stopped before the channel was open"));
    const timer = setTimeout(
      () => {
        client.destroy();
        reject(new Unresponsive());
      },
      Math.min(openWithin, timeoutMs),
    );
    signal.addEventListener("abort", stop, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    };
    try {
      client.exec(line, (error, channel) => {
        settle();
        if (error) reject(fail("unreachable", `opening a channel: ${error.message}`, { cause: error }));
        else resolve(channel);
      });
    } catch (error) {
      settle();
      reject(fail("unreachable", "the connection is closed", { cause: error }));
    }
  });
}

interface Heard {
  exit: { code: number | null; signal: string | null };
  out(): string;
  err(): string;
  overflow: AbortSignal;
}

function collect(channel: ClientChannel, maxBytes: number): Heard {
  const parts: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
  const overflow = new AbortController();
  let bytes = 0;
  const take =
    (list: Buffer[]) =>
    (data: Buffer): void => {
      bytes += data.length;
      if (bytes > maxBytes) overflow.abort();
      else list.push(data);
    };
  channel.on("data", take(parts.out));
  channel.stderr.on("data", take(parts.err));
  const exit: Heard["exit"] = { code: null, signal: null };
  channel.on("exit", (code: number | null, signal?: string) => Object.assign(exit, { code, signal: signal ?? null }));
  const text = (list: Buffer[]): string => Buffer.concat(list).toString("utf8");
  return { exit, overflow: overflow.signal, out: () => text(parts.out), err: () => text(parts.err) };
}

type Why = "closed" | "aborted" | "timeout" | "too_large";

function ended(channel: ClientChannel, heard: Heard, { signal, timeoutMs }: ExecOptions): Promise<Why> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish("timeout"), timeoutMs);
    const onAbort = (): void => finish("aborted");
    const onOverflow = (): void => finish("too_large");
    const finish = (why: Why): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      heard.overflow.removeEventListener("abort", onOverflow);
      resolve(why);
    };
    channel.once("close", () => finish("closed"));
    heard.overflow.addEventListener("abort", onOverflow);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) finish("aborted");
  });
}

/** Over a second channel, because sshd does not pass signals on to a whole group. */
function killRemote(client: Client, pid: number | null): void {
  if (pid === null) return;
  try {
    client.exec(`kill -9 -- -${pid}`, (error, channel) => {
      if (!error) channel.resume().end();
    });
  } catch {
    // The connection is gone; `timeout` on the far side ends the command.
  }
}
