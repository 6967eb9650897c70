import { part } from "../calico/part.js";
import type { Step } from "../contract/plan.js";
import { sameObject } from "./same.js";
import { plain, storedForm } from "./stored-form.js";
import { draftOf } from "./wanted.js";

/**
 * Whether what lies under a step's key is what the step makes of it, so that a step whose answer got lost counts as done.
 * `stored` is the value in etcd; null = nothing lies there.
 */
export function isOurs({ after }: Pick<Step, "after">, stored: string | null): boolean {
  if (after === null || stored === null) return after === stored;
  const found = read(stored);
  return found !== null && sameObject(plain(found), part(JSON.parse(after)));
}

/** Whether what lies under a step's key is what was there when it was planned, or what its inverse makes of it. */
export function isBefore({ inverse }: Pick<Step, "inverse">, stored: string | null): boolean {
  if (inverse === null || stored === null) return inverse === stored;
  const found = read(stored);
  if (found === null) return false;
  const before = part(JSON.parse(inverse));
  return sameObject(storedForm(draftOf(before), before), storedForm(draftOf(found), asFelixReads(found)));
}

type Value = Readonly<Record<string, unknown>>;

function read(stored: string): Value | null {
  try {
    const value: unknown = JSON.parse(stored);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Value) : null;
  } catch {
    return null;
  }
}

/** Without stored types felix takes both; calicoctl would make them of the rules, and a policy put back would govern less than before. */
export function asFelixReads(value: Value): Value {
  const spec = part(value["spec"]);
  const raw = !Array.isArray(spec["types"]) || spec["types"].length === 0;
  if (!/^(Staged)?(Global)?NetworkPolicy$/.test(String(value["kind"])) || !raw) return value;
  return { ...value, spec: { ...spec, types: ["Ingress", "Egress"] } };
}
