import { z } from "zod";
import type { Ask } from "./ask.js";

/** What was seen to happen to Calico's keys, by whoever watches them. Times are epoch ms by the worker's clock. */

/** A write to an object of a kind that people write. etcd does not know whose it was. */
export const Write = z.object({
  key: z.string(),
  action: z.enum(["create", "update", "delete"]),
  /** mod revision; null = not known, as of what went away while nobody watched. */
  revision: z.number().nullable(),
  at: z.number(),
  /** Top-level fields of the spec that an update changed, and `labels`. */
  fields: z.array(z.string()),
  /** What it left under the key; null = nothing, or it is not kept. */
  stored: z.string().nullable(),
  /** Found when the watch began again: it was written some time before `at`, and others may have been. */
  late: z.boolean(),
});
export type Write = z.infer<typeof Write>;

/** Writes that are only counted: those since the time asked for, and those before it with the ms of it that were watched. */
export const Counted = z.object({ count: z.int(), before: z.int(), span: z.number() });
export type Counted = z.infer<typeof Counted>;

export const History = z.object({
  /** Before it nothing is known; null = nothing was watched yet. */
  since: z.number().nullable(),
  /** When nobody watched in between; `to` null = nobody does now, `trouble` says why. */
  gaps: z.array(z.object({ from: z.number(), to: z.number().nullable() })),
  trouble: z.string().nullable(),
  /** Newest first. */
  writes: z.array(Write),
  /** How many more there are, older than these. */
  older: z.int(),
  /** Neutron's: security groups and VM ports. */
  groups: Counted,
  ports: Counted,
  /** Starts of felix as its own status key tells them, newest first. */
  starts: z.array(z.object({ region: z.string(), host: z.string(), at: z.number() })),
  /** Status keys that vanished; `to` null = they are not back. Newest first. */
  silences: z.array(z.object({ region: z.string(), host: z.string(), from: z.number(), to: z.number().nullable() })),
});
export type History = z.infer<typeof History>;

/** Who watches a cluster's keys. */
export interface Historian {
  /** What happened since then; null = it cannot tell now. */
  since(at: number, ask: Ask): Promise<History | null>;
}
