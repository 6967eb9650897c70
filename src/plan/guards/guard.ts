import { part } from "../../calico/part.js";
import type { Guard, Step } from "../../contract/plan.js";
import { plain, storedForm } from "../stored-form.js";
import type { Wanted } from "../wanted.js";
import type { Stored, World } from "../world.js";

type Value = Readonly<Record<string, unknown>>;

/** One object, and what becomes of it. */
export interface Case {
  draft: Wanted["draft"];
  action: Step["action"];
  world: World;
  /** All that is wanted together. */
  all: readonly Wanted[];
  /** What lies under its name; null = nothing. */
  stored: Stored | null;
}

export type Watch = (one: Case) => Guard[];

export const blocking = (text: string): Guard => ({ severity: "blocking", text });
export const moreApprovers = (text: string): Guard => ({ severity: "more_approvers", text });
export const note = (text: string): Guard => ({ severity: "note", text });
export const called = ({ kind, name, namespace }: Wanted["draft"]): string =>
  `${kind} "${namespace === null ? name : `${namespace}/${name}`}"`;

/** Its fields before and after, both in the form in which they are stored; where it is not there, what its kind means without it. */
export function specs({ draft, action, stored }: Pick<Case, "draft" | "action" | "stored">): { before: Value; after: Value } {
  const none = plain({ kind: draft.kind });
  const [before, after] = [stored === null ? none : plain(stored.value), action === "delete" ? none : storedForm(draft, draft.object)];
  return { before: part(before["spec"]), after: part(after["spec"]) };
}

/** `1 block`, `3,024 blocks`. */
export const counted = (n: number, noun: string, plural = `${noun}s`): string => `${n.toLocaleString("en-US")} ${n === 1 ? noun : plural}`;
