import type { Cluster } from "../../src/cluster/cluster.js";
import type { Command, Done, Work, WorkerCommand } from "../../src/command/define.js";
import { parseWords } from "../../src/command/parse.js";
import { Proposed } from "../../src/command/planned.js";
import { type Failure, fail, toFailure } from "../../src/contract/failure.js";
import type { Job } from "../../src/contract/job.js";
import type { Log } from "../../src/log/log.js";
import { type Proposer, proposed } from "./propose.js";

/** Why a running job was told to stop. */
export type Stop = "timeout" | "cancelled" | "stopped";

export interface Running {
  job: Job;
  cluster: Cluster;
  commands: ReadonlyMap<string, Command>;
  /** Aborted from outside with a Stop as its reason. */
  control: AbortController;
  note: Work["note"];
  progress: Work["progress"];
  readDocument?: Work["readDocument"] | undefined;
  now: () => number;
  /** What does not end by itself this long after its signal is abandoned, ms. */
  grace: number;
  log: Log;
  /** Signs what is planned. */
  proposer: Proposer;
  /** Changes that this worker has made, newest first; absent = it makes none. */
  done?: (() => readonly Done[]) | undefined;
}

export type Ran = { ok: true; result: unknown } | { ok: false; failure: Failure };

/** Runs a job's command under its deadline. Never throws, and ends at the latest `grace` after the deadline or the stop. */
export async function runJob(running: Running): Promise<Ran> {
  const { job, control, log } = running;
  let timer: NodeJS.Timeout | undefined;
  try {
    if (control.signal.aborted) return { ok: false, failure: stopFailure(running) };
    const command = commandOf(running);
    const args = parseWords(command, job.command, job.args);
    const budget = Math.min(command.timeout, job.deadline - running.now());
    if (budget <= 0) {
      const hint = "no worker was free in time, or the clocks of bot and worker differ: compare them";
      throw fail("expired", "nobody waits for this job any more", { hint });
    }
    timer = setTimeout(() => control.abort("timeout" satisfies Stop), budget);
    const result = await orAbandon(running, started(running, command, args));
    if (control.signal.aborted && control.signal.reason !== "timeout") return { ok: false, failure: stopFailure(running) };
    return checked(command, command.risk === "change" ? signed(running, command, { args, result }) : result, log);
  } catch (error) {
    if (control.signal.aborted) return { ok: false, failure: stopFailure(running) };
    log.warn({ err: error }, "the command failed");
    return { ok: false, failure: toFailure(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Only declared commands for workers, and on this queue only what reads: of what changes something, its preview. */
function commandOf({ job, commands }: Running): WorkerCommand {
  const command = commands.get(job.command);
  if (command?.on !== "worker")
    throw fail("unknown_command", `this worker knows no command \`${job.command}\``, {
      hint: "bot and worker may be of different versions",
    });
  if (job.phase !== (command.risk === "read" ? "run" : "preview"))
    throw fail("denied", `\`${job.command}\` is not taken from the queue of reads`);
  return command;
}

function started(running: Running, command: WorkerCommand, args: Record<string, unknown>): Promise<unknown> {
  const { job, cluster, control, note, progress, readDocument, now, done } = running;
  const asked = { signal: control.signal, request: job.request, actor: job.actor, note, progress };
  const given = { ...(readDocument === undefined ? {} : { readDocument }), ...(done === undefined ? {} : { done }) };
  const about: Work = { ...asked, ...given, document: job.document ?? null, now };
  // A command that throws at once fails like one that throws later.
  return Promise.resolve().then(() => command.run(cluster, args, about));
}

/** What was planned, as what people vote on. */
function signed(
  { job, proposer }: Running,
  command: WorkerCommand,
  { args, result }: { args: Record<string, unknown>; result: unknown },
): Proposed {
  const parsed = Proposed.safeParse(result);
  if (!parsed.success) throw fail("internal", `\`${job.command}\` did not plan a change`);
  return proposed(proposer, { job, command, args }, parsed.data.planned);
}

async function orAbandon({ control, grace, log }: Running, work: Promise<unknown>): Promise<unknown> {
  const { signal } = control;
  let timer: NodeJS.Timeout | undefined;
  let settled = false;
  const abandoned = new Promise<never>((_, reject) => {
    const start = (): void => {
      timer = setTimeout(() => {
        if (!settled) log.error({}, "the command ignores its signal and is abandoned");
        reject(fail("timeout", "the work did not stop"));
      }, grace);
    };
    if (signal.aborted) start();
    else signal.addEventListener("abort", start, { once: true });
  });
  abandoned.catch(() => undefined);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, abandoned]);
  } finally {
    settled = true;
    clearTimeout(timer);
  }
}

function stopFailure({ control, job, cluster }: Running): Failure {
  const reason = control.signal.reason as Stop;
  if (reason === "cancelled") return fail("cancelled", `\`${job.command}\` on ${cluster.name} was cancelled`).failure;
  if (reason === "stopped") return fail("cancelled", `the worker of ${cluster.name} was stopped while it worked on this`).failure;
  return fail("timeout", `\`${job.command}\` on ${cluster.name} did not end in time`).failure;
}

const largest = 4 * 1024 * 1024;

function checked(command: WorkerCommand, result: unknown, log: Log): Ran {
  const parsed = command.result.safeParse(result);
  if (!parsed.success) {
    log.error({ issues: parsed.error.issues.slice(0, 5) }, "the result does not have the declared shape");
    return { ok: false, failure: fail("internal", "the command's result does not have its declared shape").failure };
  }
  const bytes = JSON.stringify(parsed.data)?.length ?? 0;
  if (bytes > largest) return { ok: false, failure: fail("too_large", `the answer has ${Math.round(bytes / 1024)} KiB`).failure };
  return { ok: true, result: parsed.data };
}
