import { z } from "zod";

const Seen = {
  cluster: z.string(),
  kind: z.string(),
  /** etcd's revision of the read, and epoch ms by the worker's clock. */
  revision: z.number(),
  at: z.number(),
  /** What one should know about objects of this kind here. */
  notes: z.array(z.string()),
};

/** One object, letter for letter but for secrets. */
const OneObject = z.object({
  ...Seen,
  shape: z.literal("one"),
  name: z.string(),
  namespace: z.string().nullable(),
  /** mod revision: what Calico calls resourceVersion. */
  modified: z.number(),
  /** False = the value is not an object of Calico's v3 API; `text` is then what is stored. */
  readable: z.boolean(),
  text: z.string(),
});
export type OneObject = z.infer<typeof OneObject>;

/** Objects of a kind as a table, or counted by group when there are too many. */
const ManyObjects = z.object({
  ...Seen,
  shape: z.literal("many"),
  /** What was asked for beyond the kind: `in namespace openstack`, `named web*`; empty = all. */
  asked: z.string(),
  total: z.number(),
  columns: z.array(z.object({ title: z.string(), align: z.literal("right").optional() })),
  rows: z.array(z.array(z.string())),
  /** Objects that have no row of their own, by what they have in common. */
  groups: z.array(z.object({ what: z.string(), count: z.number() })),
  /** Lines that show the objects without a row. */
  narrower: z.array(z.string()),
  /** Keys whose value is no object. */
  unreadable: z.array(z.string()),
});
export type ManyObjects = z.infer<typeof ManyObjects>;

/** What `get` found. */
export const ObjectsAnswer = z.discriminatedUnion("shape", [OneObject, ManyObjects]);
export type ObjectsAnswer = z.infer<typeof ObjectsAnswer>;
