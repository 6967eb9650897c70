import { type Direction, governs, type StoredPolicy } from "./policy.js";

type Rule = Readonly<Record<string, unknown>>;

/** What a policy does with all traffic of a direction that its earlier rules left over; null = it leaves the rest to what comes next. */
export function lastWord(policy: StoredPolicy, direction: Direction): "Allow" | "Deny" | "Pass" | null {
  if (!governs(policy, direction)) return null;
  return actionOf(policy.spec[direction].find(decidesOnAll));
}

/** Whether some traffic leaves the tier by one of its rules and is looked at by the next one. */
export function passesSome(policy: StoredPolicy, direction: Direction): boolean {
  if (!governs(policy, direction)) return false;
  const rules = policy.spec[direction];
  const end = rules.findIndex(decidesOnAll);
  return (end < 0 ? rules : rules.slice(0, end + 1)).some(({ action }) => action === "Pass");
}

const decidesOnAll = (rule: Rule): boolean => actionOf(rule) !== null && isForAll(rule);

function actionOf(rule: Rule | undefined): "Allow" | "Deny" | "Pass" | null {
  const action = rule?.["action"];
  return action === "Allow" || action === "Deny" || action === "Pass" ? action : null;
}

/** No field narrows it: an empty `source: {}` as calicoctl stores it says nothing. `ipVersion` narrows. */
function isForAll(rule: Rule): boolean {
  return Object.entries(rule).every(([name, value]) => name === "action" || name === "metadata" || isEmpty(value));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.values(value).every(isEmpty);
}
