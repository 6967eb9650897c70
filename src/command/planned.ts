import { z } from "zod";
import { Envelope } from "../contract/envelope.js";
import { Guard, Severity, Step, Terms, Traffic } from "../contract/plan.js";
import { PreviewAnswer } from "../diagnosis/preview/preview.js";

/** What a change comes to: objects, dangers, traffic, and by which rules it is agreed to. Nothing is changed yet. */
export const Planned = z.object({
  cluster: z.string(),
  /** etcd revision that it was compared with. */
  revision: z.number(),
  /** In the order in which they are done; empty = everything is stored as wanted. */
  steps: z.array(Step),
  /** Subjects of what is stored as wanted already. */
  unchanged: z.array(z.string()),
  /** The gravest first. */
  guards: z.array(Guard),
  /** Null = it decides nothing about traffic, or that could not be computed. */
  effect: PreviewAnswer.nullable(),
  /** Null = what it does to traffic could not be computed; `unknown` says why. */
  traffic: Traffic.nullable(),
  unknown: z.string().nullable(),
  severity: Severity,
  because: z.array(z.string()),
  terms: Terms,
  origin: z.string().nullable(),
  undoes: z.string().nullable(),
});
export type Planned = z.infer<typeof Planned>;

/** The worker's answer to a line that asks for a change. */
export const Proposed = z.object({
  planned: Planned,
  /** The plan, signed; null = a dry run, nothing to do, or guards that refuse it. */
  plan: Envelope.nullable(),
});
export type Proposed = z.infer<typeof Proposed>;
