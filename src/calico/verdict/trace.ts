import type { StoredPolicy } from "../policy/policy.js";

/** What decided, or passed on, at one end of a connection. */
export interface Step {
  /** `Felix` = what is open or dropped before any policy. */
  kind: StoredPolicy["kind"] | "Profile" | "Felix";
  tier?: string;
  namespace?: string;
  name: string;
  /** Index in that direction's rules; -1 = the end of the tier, or no rule at all. */
  rule: number;
  action: "Allow" | "Deny" | "Pass";
}

/** A step at a rule of a policy, or with -1 at the end of its tier. */
export function stepOf({ kind, tier, namespace, name }: StoredPolicy, rule: number, action: Step["action"]): Step {
  return { kind, tier, ...(namespace === null ? {} : { namespace }), name, rule, action };
}

/** An endpoint that has no profile and whose traffic no policy decided on. */
export const noProfile: Step = { kind: "Profile", name: "__PROFILE__", rule: -1, action: "Deny" };

/** Something that felix does before it looks at policies. */
export const byFelix = (name: string): Step => ({ kind: "Felix", name, rule: -1, action: "Allow" });
