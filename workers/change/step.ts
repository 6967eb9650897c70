import { type Failure, type FailureCode, toFailure } from "../../src/contract/failure.js";
import type { Step } from "../../src/contract/plan.js";
import type { Way } from "../journal/entry.js";
import { type Context, pause } from "./context.js";
import { judged, lies, revisionOf, versioned } from "./stored.js";

/** A step of a change on its way. */
export interface Doing {
  change: string;
  index: number;
  way: Way;
  step: Step;
  /** Told once when contact is lost and whether it was written is not known. */
  lost(why: string): Promise<unknown>;
}

export interface Done {
  fate: "done" | "failed" | "conflict";
  note: string | null;
  /** A failure that may pass by itself: nothing was written, and it may be tried again. */
  passing: boolean;
}

const how = { create: "create", update: "replace", delete: "remove" } as const;
/** Whether anything was written is open after these. */
const open: ReadonlySet<FailureCode> = new Set(["timeout", "cancelled", "tool_failed", "unreachable", "internal", "too_large"]);
const passing: ReadonlySet<FailureCode> = new Set(["timeout", "unreachable", "credentials", "busy", "tool_missing"]);

/** Does one step: the intent on disk, one call of calicoctl, and what etcd says afterwards on disk. What must hold was looked at just before. */
export async function doStep(context: Context, doing: Doing): Promise<Done> {
  const { change, index: at, way, step } = doing;
  const { calicoctl, journal, askFor, now } = context;
  await journal.append(() => ({ t: "intent", at: now(), change, step: at, way }), { anyway: way === "back" });
  const written = await calicoctl.write(how[step.action], versioned(step), askFor(change));
  return settle(context, doing, { failure: written.ok ? null : written.failure, wait: context.timing.settle });
}

/** What calicoctl said (null = yes), and how long what it sent may still be on its way, ms. */
interface Said {
  failure: Failure | null;
  wait: number;
}

/** Finds out what became of a step that was about to be written, however long etcd does not answer. */
export async function settle(context: Context, doing: Doing, { failure, wait }: Said): Promise<Done> {
  const { change, step } = doing;
  let found = await seen(context, doing);
  if (judged(context, step, found) === "unchanged" && failure !== null && open.has(failure.code)) {
    // What was sent may still be on its way.
    await pause(context, wait);
    found = await seen(context, doing);
  }
  const verdict = judged(context, step, found);
  const done: Done = {
    fate: verdict === "unchanged" ? "failed" : verdict,
    note: noteOf(verdict, failure, revisionOf(found)),
    passing: verdict === "unchanged" && failure !== null && passing.has(failure.code),
  };
  await write(context, doing, { ...done, revision: revisionOf(found) });
  context.log.info({ change, subject: step.subject, way: doing.way, ...done }, "a step is settled");
  return done;
}

function noteOf(verdict: ReturnType<typeof judged>, failure: Failure | null, revision: number | null): string | null {
  if (verdict === "done") return null;
  if (verdict === "conflict")
    return revision === null ? "somebody has deleted it meanwhile" : `something else lies there, since revision ${revision}`;
  return failure?.message ?? "calicoctl said that it was done, and etcd has nothing new";
}

/** Writes down what etcd says about a step. */
export async function write(
  { journal, now }: Context,
  { change, index, way }: Pick<Doing, "change" | "index" | "way">,
  { fate, note, revision }: Pick<Done, "fate" | "note"> & { revision: number | null },
): Promise<void> {
  // etcd has it: after a restart the same is found out again.
  await journal.append(() => ({ t: "result", at: now(), change, step: index, way, fate, revision, note }), { anyway: true });
}

/** What lies there, as soon as etcd answers. */
export async function seen(context: Context, { change, step, lost }: Pick<Doing, "change" | "step" | "lost">): ReturnType<typeof lies> {
  let told = false;
  for (;;) {
    try {
      return await lies(context, change, step.key);
    } catch (error) {
      if (context.closing.signal.aborted) throw error;
      if (!told) await lost(toFailure(error).message);
      told = true;
      await pause(context, context.timing.retry);
    }
  }
}
