import { UnrecoverableError, Worker, type WorkerOptions } from "bullmq";
import { FailureError, failures } from "../contract/failure.js";
import type { Log } from "../log/log.js";
import type { RedisLinks } from "../redis/connect.js";

/** One message as it came out of Redis: nothing of it may be trusted before its signature was checked. */
export interface Delivery {
  /** The queue's own id of it. */
  id: string;
  raw: unknown;
  /** Aborted when this process loses the message. */
  signal: AbortSignal;
}

export interface Consumer {
  /** Takes nothing more, waits for what runs at most `grace` ms, then lets go of it. */
  close(grace?: number): Promise<void>;
}

export interface Consuming {
  links: RedisLinks;
  /** Key prefix of the cluster's queues. */
  prefix: string;
  log: Log;
}

export interface Taking {
  queue: string;
  concurrency: number;
  options: Pick<WorkerOptions, "lockDuration" | "stalledInterval" | "maxStalledCount">;
  /** Throwing a failure that no repetition can mend, or after the abort, ends the message for good. */
  handle(delivery: Delivery): Promise<void>;
}

/** Starts to take messages off a queue. */
export function take({ links, prefix, log }: Consuming, taking: Taking): Consumer {
  const worker = new Worker<{ envelope?: unknown }>(
    taking.queue,
    async (job, _token, signal) => {
      const held = signal ?? new AbortController().signal;
      try {
        await taking.handle({ id: job.id ?? "", raw: job.data.envelope, signal: held });
      } catch (error) {
        log.warn({ queue: taking.queue, id: job.id, err: error }, "a message was not worked off");
        if (held.aborted || isFinal(error)) throw new UnrecoverableError(error instanceof Error ? error.name : "failed");
        throw new Error(error instanceof Error ? error.name : "failed", { cause: error });
      }
    },
    // After an error BullMQ would look away for 15 s: longer than an answer may take.
    { connection: links.patient, prefix, concurrency: taking.concurrency, drainDelay: 5, runRetryDelay: 500, ...taking.options },
  );
  let told = "";
  worker.on("error", (error) => {
    if (error.message !== told) log.warn({ queue: taking.queue, error: error.message }, "the queue reports a problem");
    told = error.message;
  });
  worker.on("stalled", (id) => log.warn({ queue: taking.queue, id }, "a message lost its worker and starts again"));
  return { close: (grace = 0) => closeWithin(worker, grace) };
}

function isFinal(error: unknown): boolean {
  return error instanceof FailureError && !failures[error.failure.code].retry;
}

async function closeWithin(worker: Worker, grace: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, grace);
  });
  await Promise.race([worker.close(grace === 0), late]);
  clearTimeout(timer);
}
