import type { Ask } from "../../src/cluster/ask.js";
import type { NodeStatus } from "../../src/cluster/calicoctl.js";
import type { Host } from "../../src/cluster/inventory.js";
import type { CalicoctlConfig } from "../../src/config/valid.js";
import { type FailureError, fail, toFailure } from "../../src/contract/failure.js";
import { note } from "../local/note.js";
import { bounded } from "../ssh/bounded.js";
import type { SshPool } from "../ssh/pool.js";
import { quote } from "../ssh/quote.js";
import { nodeStatusArgs } from "./args.js";
import { complaint, crash, type Said, sentence } from "./complaint.js";
import { readNodeStatus } from "./node-status.js";

const maxBytes = 1024 * 1024;

/** `node status` on the host itself, with the rights that ssh.prefix gives. */
export async function nodeStatus(pool: SshPool, config: CalicoctlConfig, { host, ask }: { host: Host; ask: Ask }): Promise<NodeStatus> {
  const words = [config.hostPath, ...nodeStatusArgs];
  const seconds = Math.max(1, Math.floor(config.timeout / 1000) - 1);
  const argv = [...pool.prefix, ...bounded(seconds, words)];
  const began = Date.now();
  const noted = { where: host.name, what: quote(words) };
  const result = await pool.exec(host, argv, { signal: ask.signal, timeoutMs: config.timeout, maxBytes }).catch((error: unknown) => {
    note(ask, { ...noted, exit: null, stdout: "", stderr: toFailure(error).message, ms: Date.now() - began });
    throw error;
  });
  const said: Said = { exit: result.code, signal: result.signal, stdout: result.stdout, stderr: result.stderr };
  note(ask, { ...noted, ...said, ms: result.ms });
  if (said.exit === 124 || said.exit === 137)
    throw fail("timeout", `calicoctl node status on ${host.name} came to no end in ${seconds} s`, {
      hint: "see whether BIRD answers birdc there",
    });
  return readNodeStatus(said) ?? raise(whyNot(said, host, config));
}

function raise(error: FailureError): never {
  throw error;
}

function whyNot(said: Said, host: Host, { hostPath }: CalicoctlConfig): FailureError {
  const text = `${said.stderr}\n${said.stdout}`;
  const panic = crash(said);
  if (panic !== null) return fail("tool_failed", `calicoctl on ${host.name} crashed: ${panic}`, { hint: "the raw output has its trace" });
  if (/^sudo: (?:a password is required|.*not allowed)|may not run sudo|is not in the sudoers file/m.test(text))
    return fail("credentials", `sudo on ${host.name} does not let the worker run calicoctl: ${sentence(said) ?? ""}`, {
      hint: "allow `timeout --foreground -k 1 N calicoctl node status` without a password in sudoers, or mend `ssh.prefix`",
    });
  if (said.exit === 126 || said.exit === 127)
    return fail("tool_missing", `${hostPath} cannot be run on ${host.name}: ${sentence(said) ?? `exit code ${said.exit}`}`, {
      hint: "install calicoctl there or mend `calicoctl.hostPath`; birdc tells the same and more",
    });
  if (said.exit === 0)
    return fail("unreadable_output", `${host.name} answered nothing that can be read as node status: ${sentence(said) ?? "nothing"}`);
  return complaint(said);
}
