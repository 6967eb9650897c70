import { z } from "zod";
import { Failure } from "./failure.js";
import { wireVersion } from "./job.js";

/** What ran where: one remote command or API call behind an answer. */
export const Evidence = z.object({
  /** Host name, or `worker` for what ran on the worker's machine. */
  where: z.string(),
  what: z.string(),
  /** Exit code or HTTP status; null when it did not come back. */
  exit: z.number().int().nullable(),
  ms: z.number(),
  bytes: z.number().int(),
  /** Output, redacted and cut; absent when nothing came. */
  output: z.string().optional(),
});
export type Evidence = z.infer<typeof Evidence>;

/** The one answer to a job, signed by the worker. `result` is parsed by the command's own schema. */
export const Outcome = z.object({
  v: z.literal(wireVersion),
  job: z.string(),
  cluster: z.string(),
  worker: z.string(),
  ok: z.boolean(),
  result: z.unknown().optional(),
  failure: Failure.optional(),
  evidence: z.array(Evidence),
  /** Epoch ms when the work started and ended, by the worker's clock. */
  started: z.number(),
  ended: z.number(),
});
export type Outcome = z.infer<typeof Outcome>;

/** Where a running job stands: an index into the command's declared phases, and counts. No free text. */
export const Progress = z.object({
  v: z.literal(wireVersion),
  job: z.string(),
  phase: z.number().int().min(0),
  done: z.number().int().min(0),
  total: z.number().int().min(0),
});
export type Progress = z.infer<typeof Progress>;

/** Sign of life of a worker: written every 5 s, valid for 15 s. */
export const Heartbeat = z.object({
  v: z.literal(wireVersion),
  worker: z.string(),
  cluster: z.string(),
  version: z.string(),
  changes: z.boolean(),
  /** Jobs running right now. */
  running: z.number().int().min(0),
  /** Their ids; a worker of an older version does not tell them. */
  jobs: z.array(z.string()).max(100).default([]),
  /** Fingerprints of the bots' keys that it obeys. */
  trusts: z.array(z.string()).max(20).default([]),
  started: z.number(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;
