import { z } from "zod";

/** Who can mend it: the person who typed, the operator of the cluster, or whoever runs the bot. */
export type Mender = "asker" | "operator" | "admin";

interface Entry {
  /** What happened, in the words a card opens with. */
  title: string;
  /** The next step when the place that failed knows no better one. */
  hint: string;
  for: Mender;
  /** Asking again without changing anything may work. */
  retry: boolean;
}

/** Every way a request can fail. docs/failures.md is made from this table. */
export const failures = {
  usage: { title: "that line is not a command", hint: "see `/calico help`", for: "asker", retry: false },
  unknown_command: { title: "unknown command", hint: "see `/calico help`", for: "asker", retry: false },
  denied: { title: "not allowed", hint: "see `/calico whoami` for your roles", for: "asker", retry: false },
  frozen: { title: "changes are frozen", hint: "ask who froze them", for: "operator", retry: false },
  not_found: { title: "not found", hint: "check the name", for: "asker", retry: false },
  ambiguous: { title: "more than one thing has that name", hint: "say which one", for: "asker", retry: false },
  invalid_manifest: { title: "the document is not valid", hint: "mend the place named", for: "asker", retry: false },
  conflict: { title: "somebody else changed it meanwhile", hint: "look again, then decide", for: "asker", retry: true },
  unreachable: { title: "no connection", hint: "check the path to it and that it runs", for: "operator", retry: true },
  host_key: { title: "the host key is not the known one", hint: "verify the host, then mend known_hosts", for: "admin", retry: false },
  credentials: { title: "credentials were refused", hint: "check the worker's key or password", for: "admin", retry: false },
  tool_missing: { title: "a program is missing", hint: "install it or set its path in the config", for: "admin", retry: false },
  tool_failed: { title: "a program failed", hint: "see the raw output", for: "operator", retry: true },
  unreadable_output: {
    title: "an answer could not be read",
    hint: "see the raw output; report it with the tool's version",
    for: "admin",
    retry: false,
  },
  timeout: { title: "no answer in time", hint: "it may be hung or cut off", for: "operator", retry: true },
  cancelled: { title: "cancelled", hint: "run it again when you need it", for: "asker", retry: true },
  too_large: { title: "too large", hint: "narrow the question", for: "asker", retry: false },
  job_version: { title: "bot and worker are of different versions", hint: "update the older one", for: "admin", retry: false },
  bad_signature: {
    title: "a message was not signed by a known key",
    hint: "compare workerKeys and botKeys of the configuration (`calico-chatops check-config` prints fingerprints); look who writes to Redis",
    for: "admin",
    retry: false,
  },
  no_worker: {
    title: "no worker of that cluster is alive",
    hint: "start `calico-chatops worker` for it, or check its way to Redis",
    for: "admin",
    retry: true,
  },
  queue_unavailable: { title: "the queue cannot be reached", hint: "check Redis; nothing was queued", for: "admin", retry: true },
  expired: { title: "it came too late", hint: "run it again", for: "asker", retry: true },
  approval_stale: { title: "the approval no longer fits", hint: "plan again", for: "asker", retry: false },
  busy: { title: "too much is running", hint: "try again in a moment", for: "asker", retry: true },
  internal: { title: "the bot itself failed", hint: "look for the request id in the log", for: "admin", retry: true },
} as const satisfies Record<string, Entry>;

export const FailureCode = z.enum(Object.keys(failures) as [keyof typeof failures, ...(keyof typeof failures)[]]);
export type FailureCode = z.infer<typeof FailureCode>;

/** A coded failure as it crosses process borders. Wording: lower case, the action, the subject. */
export const Failure = z.object({
  code: FailureCode,
  message: z.string().max(2000),
  hint: z.string().max(1000).optional(),
  /** Lines of which one was probably meant; shown as buttons. */
  choices: z
    .array(z.object({ label: z.string(), line: z.string() }))
    .max(20)
    .optional(),
});
export type Failure = z.infer<typeof Failure>;

/** A failure on its way up; `cause` stays in this process and goes to the log only. */
export class FailureError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure, cause?: unknown) {
    super(`${failure.code}: ${failure.message}`, cause === undefined ? undefined : { cause });
    this.name = "FailureError";
    this.failure = failure;
  }
}

/** Builds the error to throw: `throw fail("timeout", "birdc on compute1 gave no answer in 3 s")`. */
export function fail(code: FailureCode, message: string, more: Pick<Failure, "hint" | "choices"> & { cause?: unknown } = {}): FailureError {
  const failure: Failure = { code, message: message.slice(0, 2000) };
  if (more.hint !== undefined) failure.hint = more.hint;
  if (more.choices !== undefined) failure.choices = more.choices.slice(0, 20);
  return new FailureError(failure, more.cause);
}

/** Anything thrown, as a coded failure. Unknown errors become `internal` without their text, which may hold secrets. */
export function toFailure(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  if (error instanceof Error && error.name === "AbortError") return { code: "cancelled", message: "the work was stopped" };
  return { code: "internal", message: "an unexpected error; the log has it under the request id" };
}

/** The hint to show: the failure's own, else the one of its code. */
export function hintOf(failure: Failure): string {
  return failure.hint ?? failures[failure.code].hint;
}
