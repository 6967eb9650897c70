import { replaced } from "../policy/effective.js";
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
  const names = new Set([...put, ...remove].map(({ name }) => name));
  const called = new Set([...put, ...remove].map(itemName));
  const gone = new Set([...model.compiled.keys()].filter((policy) => names.has(policy.name) && called.has(itemName(policy))));
  const troubles = emptyParts();
  const come = put.map((item): CompiledPolicy => policyOf(item, troubles, false));
  const compiled = new Map(model.compiled);
  for (const policy of gone) compiled.delete(policy);
  for (const one of come) compiled.set(one.policy, one);
  const set = replaced(model.set, gone, new Map(come.map(({ policy, choice }) => [policy, choice])));
  return { ...model, set, compiled, troubles: [...model.troubles, ...troubles.troubles] };
}
