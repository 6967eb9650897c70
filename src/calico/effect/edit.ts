import { policySet } from "../policy/effective.js";
import type { StoredPolicy } from "../policy/policy.js";
import { atOnce, type Steps } from "../steps.js";
import type { CompiledPolicy } from "../verdict/compiled.js";
import { type Item, itemName } from "../verdict/item.js";
import { type Model, modelOf, modelSteps } from "../verdict/model.js";
import { emptyParts, type Parts } from "../verdict/parts.js";
import { policyOf } from "../verdict/policies.js";
import { type Effect, effectSteps, type Prepared, preparedSteps } from "./effect.js";

/** Objects that a change writes, and those that it deletes. */
export interface Edit {
  put: readonly Item[];
  remove: readonly Pick<Item, "kind" | "namespace" | "name">[];
}

/** A cluster's objects, compiled and sorted once, to which changes can be tried. */
export interface Snapshot {
  parts: Parts;
  model: Model;
  prepared: Prepared;
}

export const snapshotOf = (parts: Parts): Snapshot => atOnce(snapshotOfModel(parts, modelOf(parts)));

/** The same of what was compiled before, in steps. */
export function* snapshotOfModel(parts: Parts, model: Model): Steps<Snapshot> {
  return { parts, model, prepared: yield* preparedSteps(model) };
}

/** What an edit would do to who may talk to whom; nothing is changed. One of policies only costs what these touch. */
export const effectOf = (snapshot: Snapshot, edit: Edit): Effect => atOnce(effectOfSteps(snapshot, edit));

/** The same in steps. */
export function* effectOfSteps({ parts, model, prepared: ready }: Snapshot, edit: Edit): Steps<Effect> {
  const onlyPolicies = [...edit.put, ...edit.remove].every(({ kind }) => kind === "NetworkPolicy" || kind === "GlobalNetworkPolicy");
  const after = onlyPolicies && parts.twice.size === 0 ? withPolicies(model, edit) : yield* modelSteps(edited(parts, edit));
  return yield* effectSteps(ready, after);
}

/** The objects as they would be. */
function edited(parts: Parts, { put, remove }: Edit): Parts {
  const byKind = new Map([...parts.byKind].map(([kind, items]) => [kind, new Map(items)]));
  for (const one of remove) byKind.get(one.kind)?.delete(itemName(one));
  for (const item of put) {
    const same = byKind.get(item.kind) ?? new Map<string, Item>();
    byKind.set(item.kind, same.set(itemName(item), item));
  }
  return { ...parts, byKind };
}

function withPolicies(model: Model, { put, remove }: Edit): Model {
  const gone = new Set([...put, ...remove].map(itemName));
  const names = new Set([...put, ...remove].map(({ name }) => name));
  const stays = (policy: StoredPolicy): boolean => !names.has(policy.name) || !gone.has(itemName(policy));
  const troubles = emptyParts();
  // In their order, in which they are soon sorted again.
  const kept = model.set.tiers.flatMap((tier) =>
    tier.policies.flatMap(({ policy }) => (stays(policy) ? (model.compiled.get(policy) ?? []) : [])),
  );
  const policies = [...kept, ...put.map((item): CompiledPolicy => policyOf(item, troubles, false))];
  const compiled = new Map(policies.map((one) => [one.policy, one]));
  const tiers = model.set.tiers.flatMap(({ tier }) => (tier.exists ? tier : []));
  const set = policySet(
    [...compiled.keys()],
    tiers,
    model.set.rule,
    (policy) => compiled.get(policy)?.choice ?? { ok: false, mistakes: [] },
  );
  return { ...model, set, compiled, troubles: [...model.troubles, ...troubles.troubles] };
}
