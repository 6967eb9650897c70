import { type ChildProcess, execFile, type SpawnOptions, spawn } from "node:child_process";

export interface RunResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program of the machine to its end, bounded in time and output. */
export function run(argv: readonly string[], options: { timeoutMs?: number; stdin?: string } = {}): Promise<RunResult> {
  const [program = "", ...args] = argv;
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      { timeout: options.timeoutMs ?? 20_000, killSignal: "SIGKILL", maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
        resolve({ code, stdout, stderr });
      },
    );
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.stdin ?? "");
  });
}

/** The same, but anything else than success is an error that says what ran. */
export async function must(argv: readonly string[], options: { timeoutMs?: number; stdin?: string } = {}): Promise<string> {
  const { code, stdout, stderr } = await run(argv, options);
  if (code !== 0) throw new Error(`${argv.slice(0, 12).join(" ")} ended with ${code}: ${stderr.trim().slice(0, 500)}`);
  return stdout;
}

/** Starts a program in a session of its own, so that it outlives this process. */
export function launch(argv: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const [program = "", ...args] = argv;
  const child = spawn(program, args, { stdio: "ignore", detached: true, ...options });
  child.on("error", () => {});
  child.unref();
  return child;
}
