import { isIP } from "node:net";
import { z } from "zod";
import { duration } from "./quantity.js";
import { form } from "./wording.js";

/** How changes are written down: what each severity asks for, and what a worker demands. */

const severity = z.enum(["low", "medium", "high"]);
const text = z.string().min(1, form("is empty", "fill it in or leave the key out"));
const positive = z.number().int().positive(form("too small", "a whole number above 0"));
const votes = z.number().int().min(0).max(5, form("more votes than anybody will collect", "0 to 5"));

const rule = (approvers: number, planLife: number, keep: number) =>
  z
    .strictObject({
      approvers: votes.default(approvers),
      planLife: duration.default(planLife),
      keep: duration.default(keep),
    })
    .prefault({});

const isPrefix = (given: string): boolean => /^[0-9a-fA-F.:]+\/\d{1,3}$/.test(given) && isIP(given.split("/")[0] ?? "") !== 0;

const Canary = z.strictObject({
  from: text,
  to: z.string().refine((given) => isIP(given) !== 0, form("not an IP address", "10.0.0.1, or fd00::1")),
  port: positive.max(65_535, form("not a port", "1 to 65535")),
});

/** Rules of changes of a cluster. */
export const Changes = z.strictObject({
  severities: z
    .strictObject({ low: rule(0, 1_800_000, 600_000), medium: rule(1, 1_800_000, 600_000), high: rule(2, 900_000, 300_000) })
    .prefault({}),
  mediumEndpoints: positive.default(500),
  kinds: z.record(text, severity).default({}),
  namespaces: z.record(text, severity).default({}),
  selfApproval: z.boolean().default(false),
  ownRanges: z.array(z.string().refine(isPrefix, form("not a prefix", "10.0.0.0/8"))).default([]),
  canaries: z.array(Canary).max(20).default([]),
  canaryLoss: positive.default(2),
});

/** A worker's own limits. */
export const WorkerChanges = z.strictObject({
  leastApprovers: z.strictObject({ low: votes.default(0), medium: votes.default(1), high: votes.default(1) }).prefault({}),
  kinds: z.array(text).optional(),
});
export type RawChanges = z.infer<typeof Changes>;
