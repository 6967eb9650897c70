import type { Fault } from "../calico/draft/draft.js";
import type { ChangeRules } from "../cluster/changes.js";
import type { Cluster } from "../cluster/cluster.js";
import type { Guard, Severity, Step, Terms } from "../contract/plan.js";
import { trafficDigest } from "../plan/digest.js";
import { gravestFirst, guardsFor } from "../plan/guards/guards.js";
import { usualRules } from "../plan/rules.js";
import { severityOf } from "../plan/severity.js";
import { stepsOf } from "../plan/steps.js";
import type { Wanted } from "../plan/wanted.js";
import { isBefore, isOurs } from "../plan/whose.js";
import { readWorld, type World } from "../plan/world.js";
import type { Work } from "./define.js";
import { judged } from "./judged.js";
import type { Planned } from "./planned.js";
import { toolGuards } from "./tool-guards.js";

/** What of a plan does not follow from what is wanted. */
export interface How {
  /** Where the documents come from. */
  origin?: string | undefined;
  /** The change that it undoes, and the steps of that. */
  undoes?: { id: string; steps: readonly Step[] } | undefined;
  /** How it ends, where its kind says so. */
  terms?: (Pick<Terms, "ends"> & Partial<Pick<Terms, "window">>) | undefined;
  /** Why this kind of change is of low severity. */
  low?: string | undefined;
  /** What else somebody should know before it is done. */
  guards?: readonly Guard[] | undefined;
  /** Fields of the documents that only a newer Calico may know. */
  doubts?: readonly Fault[] | undefined;
}

/** Phases of planning, for the progress line. */
export const planningPhases = ["reading what is stored", "judging what it does to traffic"] as const;

/** Compares what somebody wants with the cluster: steps, dangers, traffic, and by which rules it is agreed to. Nothing is changed. */
export async function planned(cluster: Cluster, wanted: readonly Wanted[], how: How, work: Work): Promise<Planned> {
  const world = await readWorld(
    cluster,
    wanted.map(({ draft }) => draft),
    work,
  );
  const { steps, unchanged } = stepsOf(wanted, world);
  work.progress(1, 0, 0);
  const [found, tools] = await Promise.all([
    judged(cluster, steps, { ask: work, doubts: how.doubts ?? [] }),
    toolGuards(cluster, steps, { work, world }),
  ]);
  const guards = gravestFirst([
    ...unconfigured(cluster),
    ...guardsFor(wanted, steps, world),
    ...found.guards,
    ...tools,
    ...movedSince(world, how.undoes),
    ...(how.guards ?? []),
  ]);
  const rules = cluster.changes ?? usualRules;
  const { groups, ...traffic } = found.traffic ?? { groups: [] };
  const weight = severityOf({ steps, guards, traffic: found.traffic, rules, low: how.low ?? null });
  return {
    cluster: cluster.name,
    revision: world.revision,
    steps,
    unchanged,
    guards,
    effect: found.effect,
    traffic: "text" in traffic ? { ...traffic, digest: trafficDigest(groups, guards) } : null,
    unknown: found.unknown,
    ...weight,
    terms: termsOf(rules, weight.severity, how.terms),
    origin: how.origin ?? null,
    undoes: how.undoes?.id ?? null,
  };
}

const unconfigured = ({ changes }: Cluster): Guard[] =>
  changes === null ? [{ severity: "blocking", text: "changes are not configured for this cluster" }] : [];

/** What a change wrote and somebody changed since: undoing it takes that away too. */
const movedSince = ({ stored }: World, undoes: How["undoes"]): Guard[] =>
  (undoes?.steps ?? []).flatMap((step): Guard[] => {
    const found = stored.get(step.key);
    const value = found === undefined ? null : JSON.stringify(found.value);
    if (isOurs(step, value) || isBefore(step, value)) return [];
    return [
      { severity: "more_approvers", text: `${step.subject} was changed since ${undoes?.id}: undoing that takes the later change away too` },
    ];
  });

function termsOf({ severities, selfApproval }: ChangeRules, severity: Severity, own: How["terms"]): Terms {
  const { approvers, keep } = severities[severity];
  return { approvers, self: selfApproval, window: own?.window ?? keep, ends: own?.ends ?? "revert" };
}
