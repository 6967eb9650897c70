import { createHash } from "node:crypto";
import { type KindName, kindOf, objectKey } from "../calico/kinds.js";
import type { Cluster } from "../cluster/cluster.js";
import type { Step } from "../contract/plan.js";
import { preview } from "../diagnosis/preview/preview.js";
import { readParts } from "../diagnosis/verdict/read-model.js";
import { changeOf } from "../plan/change.js";
import { guardsFor } from "../plan/guards/guards.js";
import { plain, storedForm } from "../plan/stored-form.js";
import type { Wanted } from "../plan/wanted.js";
import { readWorld, storedUnder } from "../plan/world.js";
import type { Work } from "./define.js";
import type { Planned } from "./planned.js";

export async function planned(cluster: Cluster, wanted: readonly Wanted[], how: { origin?: string | null }, work: Work): Promise<Planned> {
  const drafts = wanted.map(({ draft }) => ({ ...draft, document: 1, line: 1 }));
  const world = await readWorld(cluster, drafts, work);
  const changes = drafts.map((draft) => changeOf(draft, storedUnder(world, draft)));
  const steps = drafts.flatMap((draft, i): Step[] => {
    const change = changes[i];
    if (!change || change.action === "none") return [];
    const stored = storedUnder(world, draft);
    const key = objectKey(kindOf(draft.kind as KindName), draft.name, draft.namespace ?? undefined);
    return [
      {
        kind: "object",
        action: change.action,
        subject: `${draft.kind} ${draft.namespace === null ? "" : `${draft.namespace}/`}${draft.name}`,
        key,
        expect: stored?.revision ?? null,
        document: JSON.stringify(draft.object),
        after: JSON.stringify(storedForm(draft, draft.object)),
        inverse: stored === null ? null : JSON.stringify({ apiVersion: "projectcalico.org/v3", kind: draft.kind, ...plain(stored.value) }),
        diff: change.diff,
      },
    ];
  });
  const policies = drafts.filter(({ kind }) => /Policy$|Tier|Set$/.test(kind));
  const snapshot = policies.length === 0 ? null : await readParts(cluster, work);
  const effect = snapshot && preview({ ...snapshot, cluster: cluster.name }, { kind: "documents", drafts: policies }, []);
  const guards = guardsFor(drafts, changes, world);
  const rule = cluster.changes?.severities.medium ?? { approvers: 1, keep: 600_000 };
  return {
    cluster: cluster.name,
    revision: world.revision,
    steps,
    unchanged: [],
    guards,
    effect,
    traffic: effect && {
      digest: createHash("sha256").update(JSON.stringify(effect.count)).digest("hex"),
      text: `${effect.count.gained} gained, ${effect.count.lost} lost`,
      flags: [],
      losing: 0,
      gaining: 0,
      uncertain: effect.count.uncertain,
    },
    unknown: null,
    severity: "medium",
    because: [],
    terms: { approvers: rule.approvers, self: false, window: rule.keep, ends: "revert" },
    origin: how.origin ?? null,
    undoes: null,
  };
}
