import { FailureError, fail } from "../contract/failure.js";
import { commandTimeout } from "./connect.js";

/**
 * Waits for something in Redis, but not longer than a person would: every error and every silence is `queue_unavailable`.
 * `what` names the work: `storing the request`.
 */
export async function reached<T>(work: Promise<T>, what: string, within = commandTimeout + 100): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(fail("queue_unavailable", `${what}: redis gave no answer in ${within} ms`)), within);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    if (error instanceof FailureError) throw error;
    throw fail("queue_unavailable", `${what}: ${said(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** What Redis or its client said, in the words of an operator. */
function said(error: unknown): string {
  const text = error instanceof Error ? error.message : "unknown error";
  if (text.startsWith("OOM")) return "redis is out of memory and refuses writes";
  if (text.startsWith("NOPERM") || text.startsWith("NOAUTH")) return "redis refuses this user";
  if (text.startsWith("READONLY")) return "redis is a read-only replica";
  if (text.startsWith("MISCONF")) return "redis cannot write to its disk";
  if (text.includes("isn't writeable") || text.includes("Connection is closed")) return "no connection to redis";
  if (text.includes("timed out")) return `redis gave no answer in ${commandTimeout} ms`;
  return "redis did not do it";
}
