import { z } from "zod";
import { Actor } from "./actor.js";
import { Envelope } from "./envelope.js";

/**
 * Where a change stands. `proposed` waits for votes, `approved` for the worker, `applied` for Keep or its end;
 * `uncertain`: the worker lost sight of it and is finding out.
 */
export const ChangeState = z.enum([
  "proposed",
  "approved",
  "running",
  "applied",
  "keep_requested",
  "kept",
  "reverted",
  "revert_conflict",
  "rejected",
  "withdrawn",
  "expired",
  "stale",
  "cancelled",
  "partly",
  "failed",
  "uncertain",
]);
export type ChangeState = z.infer<typeof ChangeState>;

/** A vote, signed by the bot at the click (`vote`). It counts for the plan with this digest and no other. */
export const Vote = z.object({
  v: z.literal(1),
  change: z.string(),
  revision: z.number().int(),
  /** changeDigest() of the plan that the voter saw. */
  digest: z.string(),
  voter: Actor,
  verdict: z.enum(["approve", "reject"]),
  reason: z.string().max(500).nullable(),
  /** Epoch ms. */
  at: z.number(),
});
export type Vote = z.infer<typeof Vote>;

/** Why a change runs without its votes; signed by the bot (`vote`) for whoever is on call by the configuration. */
export const Emergency = z.object({
  v: z.literal(1),
  change: z.string(),
  revision: z.number().int(),
  digest: z.string(),
  actor: Actor,
  reason: z.string().min(3).max(500),
  at: z.number(),
});
export type Emergency = z.infer<typeof Emergency>;

/** What a worker needs to run a change: its own plan, and the votes for it. Part of a job of the phase `run`. */
export const Approval = z.object({ plan: Envelope, votes: z.array(Envelope).max(20), emergency: Envelope.nullable() });
export type Approval = z.infer<typeof Approval>;

/** What somebody wants done with a change that is applied; signed by the bot (`keep`). */
export const Order = z.object({
  v: z.literal(1),
  /** Unique: the same order twice is one. */
  id: z.string(),
  change: z.string(),
  /** `extend` moves its end by `by` ms. */
  want: z.enum(["keep", "revert", "extend"]),
  by: z.number().int().min(0),
  actor: Actor,
  at: z.number(),
});
export type Order = z.infer<typeof Order>;

/** Stops proposing and running changes of a cluster; signed by the bot (`freeze`). The worker keeps it on its disk. */
export const Freeze = z.object({
  v: z.literal(1),
  cluster: z.string(),
  /** Epoch ms; 0 = lifted. */
  until: z.number(),
  why: z.string().max(300),
  actor: Actor,
  at: z.number(),
});
export type Freeze = z.infer<typeof Freeze>;

/** What became of one object of a change. */
export const Fate = z.object({
  subject: z.string(),
  fate: z.enum(["applied", "put_back", "untouched", "conflict", "unknown", "failed"]),
  /** In a sentence, when there is more to say. */
  note: z.string().nullable(),
});
export type Fate = z.infer<typeof Fate>;

/** Canaries and counters that are watched while a change may still be put back, compared with just before it. */
export const Watched = z.object({
  /** New connections tried, and how many of those that worked before do so now. */
  canaries: z.object({ before: z.number(), now: z.number(), of: z.number() }).nullable(),
  /** Sentences about what got worse inside and outside of the change's scope. */
  inside: z.array(z.string()),
  outside: z.array(z.string()),
});
export type Watched = z.infer<typeof Watched>;

/** What a worker says of a change, signed (`notice`). Of one change a later `seq` counts; the worker's journal is the truth. */
export const News = z.object({
  v: z.literal(1),
  change: z.string(),
  revision: z.number().int(),
  cluster: z.string(),
  worker: z.string(),
  seq: z.number().int().positive(),
  state: ChangeState,
  /** Epoch ms, by the worker's clock. */
  at: z.number(),
  /** When it is put back by itself; null = it is not. */
  ends: z.number().nullable(),
  objects: z.array(Fate),
  /** Hosts that the change selects and whose felix has no fresh key; null = not asked. */
  inForce: z.object({ hosts: z.number(), missing: z.array(z.string()) }).nullable(),
  watched: Watched.nullable(),
  /** In a sentence: why it failed, who wanted it kept. */
  note: z.string().nullable(),
});
export type News = z.infer<typeof News>;
