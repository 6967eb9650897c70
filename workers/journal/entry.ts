import { z } from "zod";
import { Emergency, Freeze, News } from "../../src/contract/change.js";
import { Plan } from "../../src/contract/plan.js";

/** An id that counts once, and until when it must be remembered (epoch ms): what carries it is not believed any longer. */
export const UsedId = z.object({ id: z.string(), until: z.number() });
export type UsedId = z.infer<typeof UsedId>;

/** `apply` does a step, `back` puts it back. */
export const Way = z.enum(["apply", "back"]);
export type Way = z.infer<typeof Way>;

/** A new connection that was tried, and whether it came about; null = it could not be tried, `why` says it. */
export const Tried = z.object({
  from: z.string(),
  to: z.string(),
  port: z.number().int(),
  worked: z.boolean().nullable(),
  why: z.string().nullable(),
});
export type Tried = z.infer<typeof Tried>;

/** How a change comes to its end when it is put back: `failed` when it was never in force as a whole. */
export const Ending = z.object({ goal: z.enum(["reverted", "failed"]), why: z.string() });
export type Ending = z.infer<typeof Ending>;

/** In one line with it: either both are on disk or none. */
const common = { at: z.number(), used: z.array(UsedId).default([]) };
const of = { ...common, change: z.string() };
const step = { ...of, step: z.number().int().min(0), way: Way };

/** One line of the journal. It is on disk before the step that it announces. */
export const Entry = z.discriminatedUnion("t", [
  z.object({ t: z.literal("used"), ...common }),
  /** A plan came with all that it needs; it will never be taken again. */
  z.object({ t: z.literal("claimed"), ...common, plan: Plan, emergency: Emergency.nullable() }),
  /** It is put back at the deadline, whatever happens to this process; `before`: how the canaries were. */
  z.object({ t: z.literal("armed"), ...of, deadline: z.number(), before: z.array(Tried).default([]) }),
  z.object({ t: z.literal("intent"), ...step }),
  /** What etcd says about a step: its revision there, or null when nothing lies there. */
  z.object({
    t: z.literal("result"),
    ...step,
    fate: z.enum(["done", "failed", "conflict"]),
    revision: z.number().nullable(),
    note: z.string().nullable(),
  }),
  z.object({ t: z.literal("ending"), ...of, ending: Ending }),
  /** The change's state from here on, as it is told; `deadline` moves its end. */
  z.object({ t: z.literal("news"), ...common, news: News, deadline: z.number().optional() }),
  z.object({ t: z.literal("freeze"), ...common, freeze: Freeze }),
]);
export type Entry = z.infer<typeof Entry>;
/** As it is written down: without the ids when there are none. */
export type NewEntry = z.input<typeof Entry>;
