import { type Direction, governs } from "../policy/policy.js";
import { itemName } from "./item.js";
import type { Model } from "./model.js";

/** Why it cannot be known whether a host lets through what it forwards for its workloads; null = it lets everything through. */
export interface Forwarding {
  node: string;
  ingress: string | null;
  egress: string | null;
}

const known = new WeakMap<Model["compiled"], ReadonlyMap<string, Forwarding>>();

/** By host: those of which an interface is governed by a policy with `applyOnForward`, which is not judged for forwarded traffic. */
export function forwardingIn({ compiled, endpoints }: Model): ReadonlyMap<string, Forwarding> {
  const before = known.get(compiled);
  if (before !== undefined) return before;
  const found = new Map<string, Forwarding>();
  known.set(compiled, found);
  const policies = [...compiled.values()].filter(({ policy, missing }) => missing === null && isForward(policy));
  // Interfaces of hosts come after all workloads.
  for (let i = endpoints.length - 1; policies.length > 0 && endpoints[i]?.kind === "host"; i--) {
    const { node = "", name = "", labels = {} } = endpoints[i] ?? {};
    for (const { policy, choice } of policies) {
      if (choice.ok && !choice.selects(labels)) continue;
      const why = `${itemName(policy)} also governs what ${name} of host ${node} forwards, which cannot be judged`;
      const one = found.get(node) ?? { node, ingress: null, egress: null };
      const of = (direction: Direction): string | null => one[direction] ?? (governs(policy, direction) ? why : null);
      found.set(node, { node, ingress: of("ingress"), egress: of("egress") });
    }
  }
  return found;
}

const isForward = ({ kind, spec }: { kind: string; spec: { applyOnForward?: boolean | undefined } }): boolean =>
  kind === "GlobalNetworkPolicy" && spec.applyOnForward === true;
