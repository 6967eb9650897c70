import type { Draft } from "../calico/draft/draft.js";
import { kindNamed } from "../calico/kinds.js";
import { part } from "../calico/part.js";
import type { Step } from "../contract/plan.js";

/** What somebody wants of one object. */
export interface Wanted {
  action: "apply" | "delete";
  draft: Pick<Draft, "kind" | "name" | "namespace" | "object">;
}

/** What a plan wanted, to be planned anew: at its claim, and when somebody changes it. */
export const wantedOf = (steps: readonly Pick<Step, "action" | "document">[]): Wanted[] =>
  steps.map(({ action, document }) => ({ action: action === "delete" ? "delete" : "apply", draft: draftOf(part(JSON.parse(document))) }));

/** An object as a draft of it. */
export function draftOf(object: Wanted["draft"]["object"]): Wanted["draft"] {
  const { name, namespace } = part(object["metadata"]);
  const kind = String(object["kind"]);
  const place = kindNamed(kind)?.namespaced === true ? (typeof namespace === "string" && namespace !== "" ? namespace : "default") : null;
  return { kind, name: String(name), namespace: place, object };
}
