import type { Ask } from "../../src/cluster/ask.js";
import type { CalicoctlConfig } from "../../src/config/valid.js";
import { type FailureError, fail } from "../../src/contract/failure.js";
import { note } from "../local/note.js";
import type { PrivateFolder } from "../local/private-folder.js";
import { type Ran, run } from "../local/run.js";
import { quote } from "../ssh/quote.js";
import { versionArgs } from "./args.js";
import { complaint, crash } from "./complaint.js";
import type { SettingsFile } from "./settings-file.js";
import { readVersion } from "./version.js";

const maxBytes = 16 * 1024 * 1024;
const missing = "install calicoctl of the cluster's version on the worker, or mend `calicoctl.path`";
const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** calicoctl on the worker's machine: runs it, notes it, and knows what it means when it does not answer. */
export interface Local {
  /** Comes back when calicoctl ended by itself; otherwise throws what stopped it. */
  ask(args: readonly string[], ask: Ask, stdin?: string): Promise<Ran>;
  /** Why a run that came back is no answer. */
  why(ran: Ran, ask: Ask): Promise<FailureError>;
}

export function createLocal(config: CalicoctlConfig, folder: PrivateFolder<SettingsFile>, closing: AbortSignal): Local {
  const start = async (
    args: readonly string[],
    ask: Ask,
    { timeoutMs, stdin }: { timeoutMs: number; stdin?: string | undefined },
  ): Promise<Ran> => {
    if (closing.aborted) throw fail("cancelled", "the worker stops");
    const { config: file, home } = folder.files();
    const env = { PATH: path, HOME: home, DATASTORE_TYPE: "etcdv3" };
    const signal = AbortSignal.any([ask.signal, closing]);
    // The log level is never touched: `debug` prints etcd's password.
    const argv = [config.path, ...withConfig(args, file)];
    const [program = "", ...rest] = stdin === undefined ? argv : outlived(timeoutMs, argv);
    const ran = await run(program, rest, {
      env,
      signal,
      timeoutMs,
      maxBytes,
      missing,
      ...(stdin === undefined ? {} : { stdin }),
    });
    note(ask, { where: "worker", what: quote(["calicoctl", ...args]), ...ran });
    if (stdin !== undefined && ran.stderr.startsWith("timeout: failed to run command"))
      throw fail("tool_missing", `${config.path} on the worker cannot be run: ${ran.stderr.trim().split(": ").at(-1)}`, { hint: missing });
    return ran;
  };
  return {
    async ask(args, ask, stdin) {
      const ran = await start(args, ask, { timeoutMs: config.timeout, stdin });
      if (ran.end !== "exited") throw stopped(ran, config.timeout);
      return ran;
    },
    async why(ran, ask) {
      const panic = crash(ran);
      if (panic === null) return complaint(ran);
      // Asks the program alone, not the datastore: the version is what a report of the crash needs.
      const asked = await start(versionArgs(true), ask, { timeoutMs: 2000 }).catch(() => null);
      const version = asked && readVersion(asked.stdout).client;
      return fail("tool_failed", `calicoctl ${version ?? "of unknown version"} crashed: ${panic}`, {
        hint: "a fault of calicoctl itself; the raw output has its trace, another version may not have it",
      });
    },
  };
}

/**
 * What is given a document writes, and never gives up on an etcd that is away: when its worker is killed it must not be left over
 * and write hours later. `--foreground` keeps it in the group that is killed when nobody waits any more.
 */
function outlived(timeoutMs: number, argv: readonly string[]): string[] {
  return ["timeout", "--foreground", "-k", "1", String(Math.ceil(timeoutMs / 1000) + 1), ...argv];
}

/** `validate` asks no datastore, and takes no such option. */
const withConfig = (args: readonly string[], file: string): string[] =>
  args[0] === "validate" ? [...args] : [...args, `--config=${file}`];

function stopped({ end, stdout }: Ran, timeoutMs: number): FailureError {
  if (end === "aborted") return fail("cancelled", "calicoctl was stopped");
  if (end === "too_large") return fail("too_large", `calicoctl printed more than ${maxBytes / 1024 / 1024} MiB`);
  const client = readVersion(stdout).client;
  const hint = "look at etcd in `status`; when it is well, check endpoints, CA and client certificate under `etcd` of the worker";
  return fail(
    "timeout",
    `calicoctl${client === null ? "" : ` ${client}`} gave no answer in ${timeoutMs / 1000} s: it never gives up on an etcd it cannot reach`,
    { hint },
  );
}
