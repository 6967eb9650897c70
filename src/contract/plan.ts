import { createHash } from "node:crypto";
import { z } from "zod";
import { Actor } from "./actor.js";

/** One object that a change writes or deletes. Nothing that differs from it is ever done. */
export const Step = z.object({
  kind: z.literal("object"),
  action: z.enum(["create", "update", "delete"]),
  /** In the field's words: `GlobalNetworkPolicy deny-smtp-out`, `NetworkPolicy openstack/web`. */
  subject: z.string(),
  /** etcd key of the object. */
  key: z.string(),
  /** mod revision that must still hold right before the step; null = nothing may lie there. */
  expect: z.number().int().nullable(),
  /** JSON of the document that calicoctl is given, without a version; of a deletion: what is deleted. */
  document: z.string(),
  /** JSON of what is stored afterwards, in the form of `storedForm`; null = nothing. It settles whose write is found after a crash. */
  after: z.string().nullable(),
  /** JSON of the document that puts it back as it was; null = what was created is deleted again. */
  inverse: z.string().nullable(),
  /** Lines that go and come, `-`, `+` and ` ` before them. Secrets are taken out. */
  diff: z.string(),
});
export type Step = z.infer<typeof Step>;

export const Guard = z.object({
  severity: z.enum(["blocking", "more_approvers", "note"]),
  text: z.string(),
});
export type Guard = z.infer<typeof Guard>;

export const Severity = z.enum(["low", "medium", "high"]);
export type Severity = z.infer<typeof Severity>;

/** What a change does to traffic, as far as it decides about votes. */
export const Traffic = z.object({
  /** sha256 over gained and lost connections by group and the blocking guards; hex. */
  digest: z.string(),
  /** In a line: `cuts tcp/25 to internet for 3,118 VMs; opens nothing; 0 uncertain`. */
  text: z.string(),
  /** Risks that were found, in sentences, sorted. */
  flags: z.array(z.string()),
  /** Endpoints that lose or gain something. */
  losing: z.number().int(),
  gaining: z.number().int(),
  /** Groups of connections that cannot be judged. */
  uncertain: z.number().int(),
});
export type Traffic = z.infer<typeof Traffic>;

/** How a change is agreed to, and how it ends. */
export const Terms = z.object({
  /** Votes that it needs, none of the requester's unless `self`. */
  approvers: z.number().int().min(0),
  /** The requester's own vote counts. */
  self: z.boolean(),
  /** Ms between its being applied and its end. */
  window: z.number().int().positive(),
  /**
   * At the end of the window. `revert`: it is put back unless somebody keeps it. `expiry`: it was asked for until then and is put back.
   * `stays`: it is kept unless somebody reverts it, for what undoes a change must not bring that back because everybody is asleep.
   */
  ends: z.enum(["revert", "expiry", "stays"]),
});
export type Terms = z.infer<typeof Terms>;

/** Id of a change, made from the id of the job that planned it. */
export function changeIdOf(job: string): string {
  const alphabet = "abcdefghjkmnpqrstvwxyz23456789";
  const bytes = createHash("sha256").update(`change ${job}`).digest().subarray(0, 7);
  return `c-${[...bytes].map((byte) => alphabet[byte % alphabet.length]).join("")}`;
}

/** A change as people approve it. Made and signed by the worker. */
export const Plan = z.object({
  v: z.literal(1),
  id: z.string().regex(/^c-[a-z0-9]{7}$/),
  /** From 1; planned anew it is another one, and votes for the former do not count. */
  revision: z.number().int().positive(),
  cluster: z.string(),
  /** The line that asked for it, without its document. */
  line: z.string(),
  requester: Actor,
  steps: z.array(Step).min(1).max(200),
  guards: z.array(Guard),
  severity: Severity,
  /** Why it is of that severity, in sentences. */
  because: z.array(z.string()),
  terms: Terms,
  /** Null = what it does to traffic could not be computed. */
  traffic: Traffic.nullable(),
  /** changeDigest() of it: what is voted on and enforced. */
  change: z.string(),
  /** Where the documents come from: a path in Git and a commit, say; null = not told. */
  origin: z.string().max(300).nullable(),
  /** The change that this one undoes; null = none. */
  undoes: z.string().nullable(),
  /** etcd revision that it was compared with. */
  at: z.number().int(),
  worker: z.string(),
  /** Epoch ms. */
  made: z.number(),
  expires: z.number(),
});
export type Plan = z.infer<typeof Plan>;

/** First digits of a plan's digest: enough to tell it from any other of the same change. */
export const shortDigest = ({ change }: Pick<Plan, "change">): string => change.slice(0, 12);

/** sha256 over id, revision, cluster, steps with expectations and inverses, and terms; hex. */
export function changeDigest({
  id,
  revision,
  cluster,
  steps,
  terms,
}: Pick<Plan, "id" | "revision" | "cluster" | "steps" | "terms">): string {
  const parts = steps.map((one) => [one.kind, one.action, one.subject, one.key, one.expect, one.document, one.after, one.inverse]);
  const ends = [terms.approvers, terms.self, terms.window, terms.ends];
  return createHash("sha256")
    .update(JSON.stringify([id, revision, cluster, parts, ends]))
    .digest("hex");
}
