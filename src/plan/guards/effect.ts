import { changedPolicies, type Effect } from "../../calico/effect/effect.js";
import { dropping, passing } from "../../calico/effect/warnings.js";
import type { Cluster } from "../../cluster/cluster.js";
import type { Guard, Step } from "../../contract/plan.js";
import { dropsAll, landings } from "./before-groups.js";
import { moreApprovers } from "./guard.js";
import { lifeline } from "./lifeline.js";
import { lastAllows, tiersInUse } from "./tiers.js";

/** What a change is judged beside its effect. */
export interface Beside {
  cluster: Pick<Cluster, "hosts">;
  steps: readonly Step[];
}

/** Dangers that only the whole of all policies and endpoints shows. */
export function effectGuards(effect: Effect, { cluster, steps }: Beside): Guard[] {
  const { is } = changedPolicies(effect);
  return [
    ...landings(effect, steps),
    ...dropsAll(effect, is),
    ...[...is.flatMap((one) => passing(one, effect)), ...dropping(effect)].map(moreApprovers),
    ...tiersInUse(effect, steps),
    ...lastAllows(effect),
    ...lifeline(effect, cluster.hosts),
  ];
}
