import type { Draft } from "../../calico/draft/draft.js";
import type { Guard } from "../../contract/plan.js";
import type { Change } from "../change.js";
import { storedUnder, type World } from "../world.js";
import type { Watch } from "./guard.js";
import { watchBgp, watchFelix, watchNode, watchPool } from "./network.js";
import { watchEndpoint, watchHostEndpoint, watchPolicy } from "./policies.js";

const watches: Readonly<Record<string, Watch>> = {
  NetworkPolicy: watchPolicy,
  GlobalNetworkPolicy: watchPolicy,
  StagedNetworkPolicy: watchPolicy,
  StagedGlobalNetworkPolicy: watchPolicy,
  WorkloadEndpoint: watchEndpoint,
  HostEndpoint: watchHostEndpoint,
  IPPool: watchPool,
  BGPPeer: watchBgp,
  BGPConfiguration: watchBgp,
  BGPFilter: watchBgp,
  Node: watchNode,
  FelixConfiguration: watchFelix,
};

const order = { blocking: 0, more_approvers: 1, note: 2 } as const;

/** What somebody should know before documents are applied, the gravest first. */
export function guardsFor(drafts: readonly Draft[], changes: readonly Change[], world: World): Guard[] {
  const found = drafts.flatMap((draft, i) => {
    const change = changes[i];
    const watch = watches[draft.kind];
    return change && watch ? watch({ draft, change, world, all: drafts, stored: storedUnder(world, draft) }) : [];
  });
  const unique = [...new Map(found.map((guard) => [guard.text, guard])).values()];
  return unique.toSorted((a, b) => order[a.severity] - order[b.severity]);
}
