import { z } from "zod";
import type { Draft } from "../calico/draft/draft.js";
import type { Ask } from "../cluster/ask.js";
import type { Cluster } from "../cluster/cluster.js";
import { Guard } from "../contract/plan.js";
import { changeOf } from "./change.js";
import { guardsFor } from "./guards/guards.js";
import { readWorld, storedUnder } from "./world.js";

/** What applying documents would change in etcd, and what speaks against it. Nothing is changed. */
export const DryRun = z.object({
  revision: z.number(),
  changes: z.array(
    z.object({
      action: z.enum(["create", "update", "none"]),
      kind: z.string(),
      namespace: z.string().nullable(),
      name: z.string(),
      /** mod revision that must still hold; null = it must not exist. */
      expected: z.number().nullable(),
      diff: z.string(),
    }),
  ),
  guards: z.array(Guard),
});
export type DryRun = z.infer<typeof DryRun>;

/** Compares documents with what is stored under their names. */
export async function dryRun(cluster: Cluster, drafts: readonly Draft[], ask: Ask): Promise<DryRun> {
  const world = await readWorld(cluster, drafts, ask);
  const changes = drafts.map((draft) => changeOf(draft, storedUnder(world, draft)));
  return { revision: world.revision, changes, guards: guardsFor(drafts, changes, world) };
}
