import { z } from "zod";
import { Actor } from "./actor.js";
import { Approval } from "./change.js";

/** Version of everything that crosses Redis; a worker refuses another one with `job_version`. */
export const wireVersion = 1;

/** How the request came in. Channel and thread are kept so that the worker can log and audit them. */
export const Origin = z.object({
  via: z.enum(["slash", "mention", "button", "modal", "terminal", "schedule"]),
  channel: z.string().optional(),
  thread: z.string().optional(),
});
export type Origin = z.infer<typeof Origin>;

/** Where the audit record ends: number of its last entry and the hash that covers it and all before, hex. */
export const AuditHead = z.object({ seq: z.number().int().positive(), hash: z.string().regex(/^[0-9a-f]{64}$/) });
export type AuditHead = z.infer<typeof AuditHead>;

/** One command for one cluster, as it waits in the queue inside a signed envelope. */
export const Job = z.object({
  v: z.literal(wireVersion),
  /** Unique for ever: derived from Slack's trigger or event id, so a delivery repeated by Slack is the same job. */
  id: z.string().regex(/^[a-z0-9-]{8,80}$/),
  /** One id from Slack to the last remote command; several jobs of one request share it. */
  request: z.string(),
  command: z.string(),
  phase: z.enum(["preview", "run"]),
  /** The words after the command, as parsed by the bot; the worker parses them again. */
  args: z.array(z.string()),
  /** What was written below the line. */
  document: z.string().max(262_144).optional(),
  /** The line as people see it, for what is planned. */
  line: z.string().max(4000).optional(),
  /** Of a change in phase `run`: what is to be applied and who agreed to it. */
  approval: Approval.optional(),
  cluster: z.string(),
  actor: Actor,
  origin: Origin,
  /** Epoch ms after which nobody waits for the answer. */
  deadline: z.number().int(),
  /** Queue (inside the cluster's prefix) that takes the outcome. */
  replyTo: z.string().regex(/^[a-z0-9-]{1,64}$/),
  /** The entry that tells of this request; the worker keeps it, so that a record cut short is found out. */
  audit: AuditHead.optional(),
});
export type Job = z.infer<typeof Job>;

/** Asks the workers of a cluster to stop a job. */
export const Cancel = z.object({ v: z.literal(wireVersion), job: z.string(), actor: Actor });
export type Cancel = z.infer<typeof Cancel>;
