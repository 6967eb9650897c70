import { z } from "zod";
import { Actor } from "../contract/actor.js";
import { Failure } from "../contract/failure.js";
import { Origin } from "../contract/job.js";
import { Evidence } from "../contract/outcome.js";
import type { View } from "../contract/view.js";

const Place = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("slack"),
    channel: z.string(),
    thread: z.string().nullable(),
    user: z.string(),
    responseUrl: z.string().nullable(),
    replaces: z.string().nullable(),
  }),
  z.object({ kind: z.literal("terminal") }),
]);

/** A request as it is kept until nobody asks for it any more. Signed by the bot that stored it. */
export const RequestRecord = z.object({
  id: z.string(),
  actor: Actor,
  via: Origin.shape.via,
  place: Place,
  /** The normalised line; what Refresh repeats. */
  line: z.string(),
  command: z.string(),
  words: z.array(z.string()),
  detail: z.enum(["full", "counts"]),
  onlyFor: z.boolean(),
  /** `--private` was said: its buttons answer in private too. */
  private: z.boolean().default(false),
  /** Digest (sha256, hex) and size of what was written below the line; the text itself is in the job only. */
  document: z.object({ sha256: z.string(), bytes: z.number() }).nullable().default(null),
  /** The change that came of it; its message shows where that stands. */
  change: z.string().nullable().default(null),
  /** Epoch ms. */
  started: z.number(),
  /** An answer that needed no worker; then there are no jobs. */
  show: z.custom<View>((value) => value !== null && typeof value === "object").nullable(),
  jobs: z.array(z.object({ id: z.string(), cluster: z.string(), deadline: z.number() })),
  /** Clusters that were asked for and could not be asked. */
  missing: z.array(z.object({ cluster: z.string(), failure: Failure })),
  /** Clusters that the line meant too and that do not answer where it was asked. */
  leftOut: z.array(z.string()).default([]),
});
export type RequestRecord = z.infer<typeof RequestRecord>;

/** What became of the message of a request. `posting` found after a restart means: nobody knows. */
export const Delivered = z.object({
  state: z.enum(["posting", "posted"]),
  posted: z.object({ channel: z.string(), ts: z.string() }).nullable(),
  /** How many answers it shows. */
  shown: z.number(),
  final: z.boolean(),
  /** When a post was about to begin that may still be on its way, epoch ms; 0 = none is. */
  since: z.number().default(0),
  /** It may be the second message of its request. */
  repeated: z.boolean().default(false),
  /** How often the change that it shows had moved by then; 0 = it shows none. */
  turn: z.number().default(0),
});
export type Delivered = z.infer<typeof Delivered>;

/** The raw output behind an answer. */
export const KeptEvidence = z.object({ line: z.string(), cluster: z.string(), evidence: z.array(Evidence) });
export type KeptEvidence = z.infer<typeof KeptEvidence>;

/** How long a request is known: longer than anybody repeats a delivery or presses its buttons. */
export const recordLife = 2 * 3_600_000;
export const evidenceLife = 3_600_000;
/** How long the message of a change is brought up to date: longer than it can wait, be kept and be extended. */
export const changeLife = 7 * 86_400_000;

export const keys = {
  request: (id: string): string => `request:${id}`,
  answer: (job: string): string => `answer:${job}`,
  evidence: (job: string): string => `evidence:${job}`,
  delivered: (id: string): string => `delivered:${id}`,
  lease: (id: string): string => `lease:${id}`,
  /** Jobs by the time at which they are late, and requests by the time at which their message is due; one set per reply queue. */
  deadlines: (replyTo: string): string => `deadlines:${replyTo}`,
  outbox: (replyTo: string): string => `outbox:${replyTo}`,
  /** Requests that made jobs, by the time at which they came. An index only: what counts is the signed record. */
  asked: "asked",
  /** Answered jobs that the audit record does not have yet; any bot writes them. */
  unrecorded: "unrecorded",
};

/** Job ids are made from their request's, so the same delivery makes the same jobs. */
export const jobId = (request: string, index: number): string => `${request}-${index + 1}`;
export const requestOf = (job: string): string => job.slice(0, Math.max(0, job.lastIndexOf("-")));
