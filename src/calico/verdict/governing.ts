import type { TierPlace } from "../policy/order.js";
import { type Direction, forWorkloads, governs } from "../policy/policy.js";
import type { CompiledPolicy } from "./compiled.js";
import type { Endpoint } from "./endpoint.js";
import type { Model } from "./model.js";

/** A tier as one endpoint's traffic of a direction meets it. */
export interface Stage {
  tier: TierPlace;
  /** In the order of evaluation; those that felix treats as missing are among them. */
  policies: readonly CompiledPolicy[];
}

/** The tiers with a policy that governs this endpoint and direction. */
export function stages({ set, compiled }: Model, endpoint: Endpoint, direction: Direction): Stage[] {
  return set.tiers.flatMap(({ tier, policies }) => {
    const here = policies.flatMap(({ policy, choice }) => {
      if (!governs(policy, direction) || (endpoint.kind === "workload" && !forWorkloads(policy))) return [];
      // A selector that cannot be read may select anything.
      if (choice.ok && !choice.selects(endpoint.labels)) return [];
      return compiled.get(policy) ?? [];
    });
    return here.length === 0 ? [] : [{ tier, policies: here }];
  });
}
