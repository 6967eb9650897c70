import type { Client } from "ssh2";
import type { Host } from "../../src/cluster/inventory.js";
import type { SshConfig } from "../../src/config/valid.js";
import { FailureError, fail } from "../../src/contract/failure.js";
import type { Log } from "../../src/log/log.js";
import { dial, explainSilence } from "./dial.js";
import { commandLine, type ExecOptions, type ExecResult, execOn, neverStarted, openWithin, Unresponsive } from "./exec.js";
import { createGate, type Gate } from "./gate.js";
import { parseKnownHosts } from "./known-hosts.js";

/** One warm connection per host, several commands over it. */
export interface SshPool {
  /** Words that go before a command which needs rights (`sudo -n`); exec() itself does not add them. */
  prefix: readonly string[];
  exec(host: Host, argv: readonly string[], options: ExecOptions): Promise<ExecResult>;
  /** Connects ahead of the first question; hosts that cannot be reached are left for later. */
  warm(hosts: readonly Host[]): Promise<void>;
  close(): void;
}

interface Line {
  /** It was connected once; what fails then may only have died while idle. */
  made: boolean;
  client: Promise<Client>;
  gate: Gate;
}

/** sshd allows 10 sessions a connection; 8 leaves room for a kill. */
const channels = 8;
const handshakes = 32;

/** Opens connections as they are needed and keeps them; a dead one is dialled again once. */
export function createSshPool(config: SshConfig, log: Log): SshPool {
  const lines = new Map<string, Line>();
  // Once for all hosts: of hundreds each would read through all of their keys.
  const known = parseKnownHosts(config.knownHosts);
  const dialling = createGate(handshakes);
  const drop = (host: Host, line: Line): void => {
    if (lines.get(host.name) === line) lines.delete(host.name);
  };
  const lineTo = (host: Host): Line => {
    const open = lines.get(host.name);
    if (open) return open;
    const line: Line = { made: false, client: dialling.pass(() => dial(host, config, known)), gate: createGate(channels) };
    lines.set(host.name, line);
    line.client.then(
      (client) => {
        line.made = true;
        client.once("close", () => drop(host, line));
      },
      () => drop(host, line),
    );
    return line;
  };
  const attempt = async (line: Line, text: string, options: ExecOptions): Promise<ExecResult> => {
    const client = await abortable(line.client, options.signal);
    return line.gate.pass(() => execOn(client, text, options));
  };
  const run = async (host: Host, text: string, options: ExecOptions): Promise<ExecResult> => {
    const line = lineTo(host);
    const { made: warm } = line;
    try {
      return await attempt(line, text, options);
    } catch (error) {
      if (error instanceof Unresponsive) throw await explainSilence(host, config, openWithin);
      // A connection that died while idle says so only now; one that was just made is not worth another try.
      if (!warm || !neverStarted(error) || options.signal.aborted) throw error;
      drop(host, line);
      log.debug({ host: host.name }, "the SSH connection was dead; dialling again");
      return attempt(lineTo(host), text, options);
    }
  };
  return {
    prefix: config.prefix,
    exec: (host, argv, options) =>
      run(host, commandLine(argv, options), options).catch((error: unknown) => {
        throw naming(host, error);
      }),
    async warm(hosts) {
      await Promise.allSettled(hosts.filter((host) => host.ssh).map((host) => lineTo(host).client));
    },
    close() {
      for (const line of lines.values()) line.client.then((client) => client.destroy()).catch(() => {});
      lines.clear();
    },
  };
}

/** A failure says on which host. */
function naming(host: Host, error: unknown): unknown {
  if (!(error instanceof FailureError) || error.failure.message.includes(host.name)) return error;
  return new FailureError({ ...error.failure, message: `${host.name}: ${error.failure.message}` }, error);
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(fail("cancelled", "stopped before the connection was there"));
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(fail("cancelled", "stopped before the connection was there"));
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
