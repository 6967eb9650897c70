import { byteOrder } from "../byte-order.js";
import { keyGeneration } from "../policy/generation.js";
import { type StoredPolicy, storedPolicy } from "../policy/policy.js";
import { Policy } from "../resource.js";
import { type CompiledPolicy, compiled } from "./compiled.js";
import { read } from "./endpoint.js";
import { UnreadableError } from "./entity.js";
import { type Item, itemName } from "./item.js";
import { ofKind, type Parts } from "./parts.js";
import { withStaged } from "./staged.js";

type Kind = StoredPolicy["kind"];

/** All policies of a snapshot, compiled; with `staged` as they would be if staged ones were in force. */
export function policiesOf(parts: Parts, staged: boolean): CompiledPolicy[] {
  const items = [...ofKind(parts, "NetworkPolicy"), ...ofKind(parts, "GlobalNetworkPolicy")];
  const inForce = staged ? withStaged(items, parts) : items;
  const generation = keyGeneration(inForce.map(({ namespace, name }) => (namespace === null ? name : `${namespace}/${name}`)));
  const old = new Set(generation.kind === "mixed" ? generation.prefixed : []);
  for (const name of old) parts.troubles.push({ subject: name, text: `${name} keeps the key of an older Calico beside newer ones` });
  return inForce
    .toSorted((a, b) => byteOrder(itemName(a), itemName(b)))
    .map((item) => {
      const path = item.namespace === null ? item.name : `${item.namespace}/${item.name}`;
      return policyOf(item, parts, old.has(path) || old.has(item.name));
    });
}

/** One policy, compiled; what is wrong with it becomes a trouble of the snapshot. */
export function policyOf(item: Item, parts: Parts, oldKey: boolean): CompiledPolicy {
  const called = itemName(item);
  const { policy, why } = placed(item);
  const twice = parts.twice.has(called) ? "it is there twice" : null;
  const one = compiled(policy, { unreadable: why, doubt: twice ?? (oldKey ? "its key is of an older Calico" : null) });
  if (one.missing !== null)
    parts.troubles.push({ subject: called, text: `${called} cannot be read, and felix treats it as missing: ${one.missing}` });
  else if (one.doubt !== null && twice === null) parts.troubles.push({ subject: called, text: `${called}: ${one.doubt}` });
  return one;
}

/** What can be read of one that cannot be read whole keeps it in its place, so that it leaves open only what it may decide. */
function placed({ kind, namespace, name, value }: Item): { policy: StoredPolicy; why: string | null } {
  try {
    const { spec } = read(Policy, { ...value, kind, metadata: { name }, spec: withoutNulls(value["spec"]) });
    return { policy: storedPolicy(kind as Kind, { namespace, name }, spec), why: null };
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    const spec = { ...salvaged(value["spec"]), ingress: [], egress: [] };
    return { policy: storedPolicy(kind as Kind, { namespace, name }, spec), why: error.message };
  }
}

function withoutNulls(spec: unknown): unknown {
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) return spec ?? {};
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null));
}

/** Fields that are readable one by one. Without a readable order it may be the first of its tier. */
function salvaged(spec: unknown): Partial<Policy["spec"]> {
  const given: Readonly<Record<string, unknown>> = typeof spec === "object" && spec !== null ? { ...spec } : {};
  const kept = (["tier", "selector", "namespaceSelector", "types"] as const).flatMap((name) => {
    const one = Policy.shape.spec.shape[name].safeParse(given[name]);
    return one.success && one.data !== undefined ? [[name, one.data] as const] : [];
  });
  const order = Policy.shape.spec.shape.order.safeParse(given["order"]);
  return { ...Object.fromEntries(kept), order: order.success ? (order.data ?? null) : Number.NEGATIVE_INFINITY };
}
