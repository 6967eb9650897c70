import { z } from "zod";

/** One step of a change. `expect` is re-checked right before it, `inverse` puts it back, `probe` settles lost contact. */
export const Step = z.object({
  kind: z.enum(["object", "protocol", "service", "host"]),
  /** What it acts on, in the field's words: `GlobalNetworkPolicy/deny-smtp-out`, `compute1 bird Mesh_10_0_0_2`. */
  subject: z.string(),
  action: z.string(),
  /** etcd revision or observed value that must still hold; null = must not exist. */
  expect: z.union([z.string(), z.number(), z.null()]),
  inverse: z.string().nullable(),
  probe: z.string(),
});
export type Step = z.infer<typeof Step>;

export const Guard = z.object({
  severity: z.enum(["blocking", "more_approvers", "note"]),
  text: z.string(),
});
export type Guard = z.infer<typeof Guard>;

/** A change as people approve it. Made and signed by the worker; nothing that differs from it is ever applied. */
export const Plan = z.object({
  v: z.literal(1),
  id: z.string(),
  cluster: z.string(),
  command: z.string(),
  requester: z.string(),
  steps: z.array(Step),
  guards: z.array(Guard),
  severity: z.enum(["low", "medium", "high"]),
  /** sha256 over target, steps with expectations, inverse: what is approved and enforced. */
  change: z.string(),
  /** sha256 over gained and lost connections by group plus blocking guards; null = effect unknown. */
  effect: z.string().nullable(),
  /** Epoch ms. */
  made: z.number(),
  expires: z.number(),
});
export type Plan = z.infer<typeof Plan>;
