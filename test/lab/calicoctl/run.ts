import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Outcome } from "./masked.js";

export interface Running {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  stdin?: string | undefined;
  /** Files in the folder where it runs. */
  files?: Readonly<Record<string, string>> | undefined;
  deadlineMs: number;
}

/** Runs a program to its end; at the deadline its whole group is killed and the exit code is null. */
export async function run({ argv, env, stdin = "", files = {}, deadlineMs }: Running): Promise<Outcome> {
  const cwd = mkdtempSync(join(tmpdir(), "calicoctl-case-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  const [program = "", ...args] = argv;
  const child = spawn(program, args, { cwd, env: { PATH: process.env["PATH"], ...env }, detached: true });
  const outcome: Outcome = { exitCode: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (outcome.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (outcome.stderr += chunk.toString()));
  child.stdin.on("error", () => {});
  child.stdin.end(stdin);
  const timer = setTimeout(() => process.kill(-(child.pid ?? 0), "SIGKILL"), deadlineMs);
  outcome.exitCode = await new Promise((resolve) => child.on("close", (code) => resolve(code)));
  clearTimeout(timer);
  rmSync(cwd, { recursive: true, force: true });
  return outcome;
}
