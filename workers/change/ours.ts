import { isObject } from "../../src/calico/part.js";
import type { Step } from "../../src/contract/plan.js";
import { plain } from "../../src/plan/stored-form.js";

/** Whether a stored value is what a step leaves there: `after`, but for what every write changes. */
export function isOurs({ after }: Pick<Step, "after">, value: string): boolean {
  if (after === null) return false;
  const [wanted, found] = [objectIn(after), objectIn(value)];
  return wanted !== null && found !== null && JSON.stringify(sorted(plain(wanted))) === JSON.stringify(sorted(plain(found)));
}

function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** With its keys in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}
