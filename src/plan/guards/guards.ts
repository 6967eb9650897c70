import type { Guard, Step } from "../../contract/plan.js";
import type { Wanted } from "../wanted.js";
import { keyFor, storedUnder, type World } from "../world.js";
import { watchFelix } from "./felix.js";
import type { Watch } from "./guard.js";
import { watchBgp, watchNode, watchPool, watchReadOnly, watchSet } from "./network.js";
import { watchOwned, watchStored } from "./owned.js";
import { watchEndpoint, watchHostEndpoint, watchPolicy, watchTier } from "./policies.js";

const watches: Readonly<Record<string, Watch>> = {
  NetworkPolicy: watchPolicy,
  GlobalNetworkPolicy: watchPolicy,
  StagedNetworkPolicy: watchPolicy,
  StagedGlobalNetworkPolicy: watchPolicy,
  Tier: watchTier,
  WorkloadEndpoint: watchEndpoint,
  HostEndpoint: watchHostEndpoint,
  NetworkSet: watchSet,
  IPPool: watchPool,
  BGPConfiguration: watchBgp,
  Node: watchNode,
  FelixConfiguration: watchFelix,
  ClusterInformation: watchReadOnly,
};

/** What somebody should know before it is done, by what the objects say; objects that stay as they are have no dangers. */
export function guardsFor(wanted: readonly Wanted[], steps: readonly Step[], world: World): Guard[] {
  const byKey = new Map(steps.map((step) => [step.key, step]));
  return wanted.flatMap(({ draft }) => {
    const step = byKey.get(keyFor(world, draft));
    if (step === undefined) return [];
    const one = { draft, action: step.action, world, all: wanted, stored: storedUnder(world, draft) };
    return [watchOwned, watchStored, watches[draft.kind]].flatMap((watch) => watch?.(one) ?? []);
  });
}

const order = { blocking: 0, more_approvers: 1, note: 2 } as const;

/** Each once, the gravest first. */
export function gravestFirst(guards: readonly Guard[]): Guard[] {
  const unique = [...new Map(guards.toReversed().map((guard) => [guard.text, guard])).values()].toReversed();
  return unique.toSorted((a, b) => order[a.severity] - order[b.severity]);
}
