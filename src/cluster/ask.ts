import { type Failure, FailureError, toFailure } from "../contract/failure.js";
import type { Evidence } from "../contract/outcome.js";

/** What every question to a cluster carries: when to stop, and where to note what ran. */
export interface Ask {
  signal: AbortSignal;
  /** Request id, for the logs of everything that runs on its behalf. */
  request: string;
  note(evidence: Evidence): void;
}

/** A slip of the program, with its place for whoever reads the log or the raw output. */
function unexpected(error: unknown): Evidence {
  const output = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { where: "worker", what: "unexpected error", exit: null, ms: 0, bytes: output.length, output };
}

/** A part that answered, or the reason why it did not. Parts fail alone; the rest of an answer still arrives. */
export type Answer<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** Turns a part's exception into an answer. A cancelled job is not an answer: it goes on up. */
export async function answer<T>(ask: Ask, work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (ask.signal.aborted) throw error;
    if (!(error instanceof FailureError)) ask.note(unexpected(error));
    return { ok: false, failure: toFailure(error) };
  }
}
