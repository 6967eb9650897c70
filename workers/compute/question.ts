import { z } from "zod";
import { History } from "../../src/cluster/history.js";
import { Failure } from "../../src/contract/failure.js";

/** What crosses between the worker's main thread and the compute thread, both ways checked. Times are ms. */

const Range = z.union([
  z.object({ key: z.string() }),
  z.object({ prefix: z.string(), keysOnly: z.exactOptional(z.boolean()) }),
  z.object({ count: z.string() }),
]);

/** To the thread. `more` asks for the next piece of an answer: the thread never sends two unasked. */
export const Question = z.discriminatedUnion("ask", [
  z.object({ ask: z.literal("read"), id: z.int(), ranges: z.array(Range), within: z.number() }),
  /** `question` is for who evaluates; `within` is for proving the copy, not for the answer. */
  z.object({ ask: z.literal("evaluate"), id: z.int(), question: z.unknown(), within: z.number() }),
  z.object({ ask: z.literal("state"), id: z.int() }),
  /** `since`: epoch ms. */
  z.object({ ask: z.literal("history"), id: z.int(), since: z.number() }),
  z.object({ ask: z.literal("more"), id: z.int() }),
  z.object({ ask: z.literal("cancel"), id: z.int() }),
]);
export type Question = z.infer<typeof Question>;

/** How the copy of etcd does. */
export const CopyState = z.object({
  /** `complete`: everything up to `revision` is in it; only then anything is answered from it. */
  phase: z.enum(["waiting", "listing", "complete", "away"]),
  revision: z.number(),
  keys: z.int(),
  /** Characters of keys and values. */
  length: z.int(),
  /** Since etcd last confirmed that nothing is missing; null = it never did. */
  age: z.number().nullable(),
  /** Epoch ms since when etcd does not confirm it; null = it does. */
  staleSince: z.number().nullable(),
  /** Why, in words. */
  trouble: z.string().nullable(),
  /** Times that everything was listed. */
  lists: z.int(),
  /** Bytes of the thread's heap. */
  heap: z.number(),
});
export type CopyState = z.infer<typeof CopyState>;

/** From the thread. The pieces of a read come first, in order; `read` ends it. */
export const Told = z.discriminatedUnion("tell", [
  z.object({
    tell: z.literal("piece"),
    id: z.int(),
    /** Index of the range it belongs to. */
    range: z.int(),
    /** Nothing but the end follows. */
    last: z.boolean(),
    keys: z.array(z.string()),
    values: z.array(z.string()),
    revisions: z.array(z.number()),
    leases: z.array(z.string().nullable()),
  }),
  z.object({
    tell: z.literal("read"),
    id: z.int(),
    revision: z.number(),
    /** Epoch ms: what was written before it is in the answer. */
    at: z.number(),
    /** The member that confirmed it. */
    by: z.string(),
    counts: z.array(z.int()),
  }),
  z.object({ tell: z.literal("state"), id: z.int(), state: CopyState }),
  z.object({ tell: z.literal("history"), id: z.int(), history: History }),
  z.object({
    tell: z.literal("evaluated"),
    id: z.int(),
    revision: z.number(),
    by: z.string(),
    /** Keys that it was made from. */
    keys: z.int(),
    answer: z.unknown(),
  }),
  /** The question has no answer, whoever is asked. */
  z.object({ tell: z.literal("failed"), id: z.int(), failure: Failure }),
  /** Nothing is done for this question any more. */
  z.object({ tell: z.literal("stopped"), id: z.int() }),
  /** `since`: epoch ms since when etcd does not confirm the copy; null = there is none yet. */
  z.object({ tell: z.literal("refused"), id: z.int(), failure: Failure, since: z.number().nullable() }),
  z.object({
    tell: z.literal("news"),
    level: z.enum(["debug", "info", "warn"]),
    text: z.string(),
    fields: z.record(z.string(), z.unknown()),
  }),
]);
export type Told = z.infer<typeof Told>;
export type Piece = Extract<Told, { tell: "piece" }>;
