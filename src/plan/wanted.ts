import type { Draft } from "../calico/draft/draft.js";

/** What somebody wants of one object. */
export interface Wanted {
  action: "apply" | "delete";
  draft: Pick<Draft, "kind" | "name" | "namespace" | "object">;
}
