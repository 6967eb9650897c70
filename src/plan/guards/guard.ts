import type { Draft } from "../../calico/draft/draft.js";
import type { Guard } from "../../contract/plan.js";
import type { Change, Stored } from "../change.js";
import type { World } from "../world.js";

/** A document with what it changes. */
export interface Case {
  draft: Draft;
  change: Change;
  world: World;
  /** The documents that are applied with it. */
  all: readonly Draft[];
  /** What lies under its name; null = nothing. */
  stored: Stored | null;
}

export type Watch = (one: Case) => Guard[];

export const blocking = (text: string): Guard => ({ severity: "blocking", text });
export const moreApprovers = (text: string): Guard => ({ severity: "more_approvers", text });
export const note = (text: string): Guard => ({ severity: "note", text });
export const called = ({ kind, name, namespace }: Draft): string => `${kind} "${namespace === null ? name : `${namespace}/${name}`}"`;
