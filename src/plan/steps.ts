import { itemName } from "../calico/verdict/item.js";
import { fail } from "../contract/failure.js";
import type { Step } from "../contract/plan.js";
import { diffOf } from "./diff.js";
import { sameObject } from "./same.js";
import { documentOf, plain, storedForm } from "./stored-form.js";
import type { Wanted } from "./wanted.js";
import { asFelixReads } from "./whose.js";
import { keyFor, type Stored, storedUnder, type World } from "./world.js";

/** Objects that one change may touch. */
const mostSteps = 200;

/** What is to be done, in its order, and the names of what is as wanted already. */
export interface Steps {
  steps: Step[];
  unchanged: string[];
}

/** Compares what somebody wants with what is stored: only what differs becomes a step. */
export function stepsOf(wanted: readonly Wanted[], world: World): Steps {
  const keys = new Map<string, string>();
  const steps: Step[] = [];
  const unchanged: string[] = [];
  for (const one of wanted) {
    const subject = itemName(one.draft);
    const key = keyFor(world, one.draft);
    if (keys.has(key)) throw fail("usage", `${subject} is there twice`, { hint: "say once what is to become of it" });
    keys.set(key, subject);
    const step = stepOf(one, { key, subject }, storedUnder(world, one.draft));
    if (step === null) unchanged.push(subject);
    else steps.push(step);
  }
  if (steps.length > mostSteps)
    throw fail("too_large", `${steps.length} objects would change; ${mostSteps} are changed at a time`, {
      hint: "send fewer objects at a time",
    });
  return { steps: steps.toSorted((a, b) => turn(a) - turn(b)), unchanged };
}

type Value = Readonly<Record<string, unknown>>;

function stepOf({ action, draft }: Wanted, at: { key: string; subject: string }, stored: Stored | null): Step | null {
  const before = stored === null ? null : plain(stored.value);
  const rest = { kind: "object" as const, ...at, expect: stored?.revision ?? null, inverse: inverseOf(stored) };
  if (action === "delete") {
    if (stored === null) return null;
    return { ...rest, action, document: JSON.stringify(documentOf(stored.value)), after: null, diff: diffOf(before, null) };
  }
  const document = placed(documentOf(draft.object), draft.namespace);
  const after = storedForm(draft, document);
  if (before !== null && sameObject(before, after)) return null;
  const texts = { document: JSON.stringify(document), after: JSON.stringify(after), diff: diffOf(before, after) };
  return { ...rest, action: stored === null ? "create" : "update", ...texts };
}

const inverseOf = (stored: Stored | null): string | null =>
  stored === null ? null : JSON.stringify(documentOf(asFelixReads(stored.value)));

/** With its namespace said, so that no default of the tool decides about it. */
function placed(document: Value, namespace: string | null): Value {
  return namespace === null ? document : { ...document, metadata: { ...(document["metadata"] as Value), namespace } };
}

/** Before what depends on it: a policy needs its tier, and a host endpoint the policies that let the control plane in. */
const turns: readonly RegExp[] = [
  /^Tier /,
  /^(GlobalNetworkSet|NetworkSet|Profile) /,
  /NetworkPolicy /,
  /^(IPPool|IPReservation|Node|BGP\w+) /,
  /^(?!HostEndpoint )/,
  /^HostEndpoint /,
];

/** Things are deleted last, and in the other order. */
function turn({ subject, action }: Step): number {
  const at = turns.findIndex((one) => one.test(subject));
  return action === "delete" ? 2 * turns.length - at : at;
}
