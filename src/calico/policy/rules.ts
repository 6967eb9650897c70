import { type Direction, governs, type StoredPolicy } from "./policy.js";

/** What a policy does with all traffic of a direction that its earlier rules left over; null = it leaves the rest to what comes next. */
export function lastWord(policy: StoredPolicy, direction: Direction): "Allow" | "Deny" | "Pass" | null {
  if (!governs(policy, direction)) return null;
  for (const rule of policy.spec[direction]) {
    const action = actionOf(rule);
    if (action !== null && isForAll(rule)) return action;
  }
  return null;
}

function actionOf({ action }: Record<string, unknown>): "Allow" | "Deny" | "Pass" | null {
  return action === "Allow" || action === "Deny" || action === "Pass" ? action : null;
}

/** No field narrows it: an empty `source: {}` as calicoctl stores it says nothing. `ipVersion` narrows. */
function isForAll({ action: _, metadata: __, ...rest }: Record<string, unknown>): boolean {
  return Object.values(rest).every(isEmpty);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.values(value).every(isEmpty);
}
