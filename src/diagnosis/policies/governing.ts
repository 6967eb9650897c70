import { z } from "zod";
import { securityGroupOf } from "../../calico/names.js";
import { type EffectiveTier, effective } from "../../calico/policy/effective.js";
import { type Direction, isRaw, type StoredPolicy } from "../../calico/policy/policy.js";
import { lastWord, passesSome } from "../../calico/policy/rules.js";
import { vmLabels } from "../../calico/resource.js";
import type { Endpoint, PolicyFacts } from "./facts.js";

const Governing = z.object({
  kind: z.enum(["NetworkPolicy", "GlobalNetworkPolicy"]),
  name: z.string(),
  order: z.number().nullable(),
  /** The security group's name, if it is one and the endpoint tells. */
  group: z.string().nullable(),
  raw: z.boolean(),
  /** Rules of this direction by action, in their order, repetitions folded: `2 Allow, Deny`. */
  rules: z.string(),
  /** It decides on everything that reaches it; what follows is never asked. */
  last: z.enum(["Allow", "Deny", "Pass"]).nullable(),
  reached: z.boolean(),
});
export type Governing = z.infer<typeof Governing>;

const TierPart = z.object({ name: z.string(), order: z.number().nullable(), end: z.string(), policies: z.array(Governing) });
const Side = z.object({ direction: z.enum(["ingress", "egress"]), tiers: z.array(TierPart), rest: z.string() });
export type Side = z.infer<typeof Side>;

/** What governs one endpoint, in the order in which its traffic meets it. */
export const GoverningAnswer = z.object({
  shape: z.literal("one"),
  cluster: z.string(),
  revision: z.number(),
  at: z.number(),
  endpoint: z.object({
    kind: z.enum(["vm", "host"]),
    name: z.string(),
    node: z.string(),
    instance: z.string(),
    port: z.string(),
    addresses: z.array(z.string()),
    project: z.string().nullable(),
  }),
  sides: z.array(Side),
  rule: z.enum(["name", "key"]),
  unreadable: z.array(z.string()),
});
export type GoverningAnswer = z.infer<typeof GoverningAnswer>;

/** Facts narrowed to one endpoint. */
export function governingAnswer(facts: PolicyFacts, endpoint: Endpoint): GoverningAnswer {
  const tiers = effective(facts.set, endpoint.labels, endpoint.kind === "vm");
  const { kind, name, node, instance, port, addresses, labels } = endpoint;
  const project = labels[vmLabels.projectName] ?? labels[vmLabels.projectId] ?? null;
  const about = { kind, name, node, instance, port, addresses, project };
  const sides = (["ingress", "egress"] as const).map((direction) => sideOf(tiers, direction, endpoint));
  const { cluster, revision, at, unreadable, set } = facts;
  return { shape: "one", cluster, revision, at, endpoint: about, sides, rule: set.rule, unreadable };
}

function sideOf(tiers: readonly EffectiveTier[], direction: Direction, endpoint: Endpoint): Side {
  const parts: Side["tiers"] = [];
  let reached = true;
  for (const { tier, [direction]: policies } of tiers) {
    if (policies.length === 0) continue;
    const decider = policies.findIndex((policy) => lastWord(policy, direction) !== null);
    const asked = (i: number): boolean => reached && (decider < 0 || i <= decider);
    const shown = policies.map((policy, i) => governing(policy, direction, { endpoint, reached: asked(i) }));
    parts.push({ name: tier.name, order: tier.order, end: tier.end, policies: shown });
    const passed = policies.some((policy, i) => asked(i) && passesSome(policy, direction));
    reached = reached && (passed || (decider < 0 && tier.end === "Pass"));
  }
  return { direction, tiers: parts, rest: restOf({ parts, reached, endpoint }) };
}

function governing(policy: StoredPolicy, direction: Direction, { endpoint, reached }: { endpoint: Endpoint; reached: boolean }): Governing {
  const { kind, namespace, name, order, spec } = policy;
  const group = securityGroupOf(name);
  return {
    kind,
    name: namespace === null ? name : `${namespace}/${name}`,
    order,
    group: group === null ? null : (endpoint.labels[`${vmLabels.groupPrefix}${group}`] ?? null),
    raw: isRaw(spec),
    rules: rulesText(spec[direction].map(({ action }) => (typeof action === "string" ? action : "?"))),
    last: lastWord(policy, direction),
    reached,
  };
}

function rulesText(actions: readonly string[]): string {
  const runs: { action: string; n: number }[] = [];
  for (const action of actions) {
    const last = runs.at(-1);
    if (last?.action === action) last.n++;
    else runs.push({ action, n: 1 });
  }
  return runs.map(({ action, n }) => (n === 1 ? action : `${n} ${action}`)).join(", ") || "no rule";
}

/** What happens to what no rule decided on. */
function restOf({ parts, reached, endpoint }: { parts: Side["tiers"]; reached: boolean; endpoint: Endpoint }): string {
  const { kind, profiles } = endpoint;
  const end = profiles.length > 0 ? `its profiles decide (${profiles.join(", ")})` : "dropped: no profile";
  if (parts.length === 0 && profiles.length > 0) return `no policy: ${end}`;
  if (parts.length === 0)
    return kind === "vm"
      ? "everything is dropped: no policy selects it"
      : "everything but the failsafe ports is dropped: no policy selects it";
  const last = parts.at(-1);
  const dropped = last?.end === "Deny" && !last.policies.some((policy) => policy.reached && policy.last !== null);
  const atEnd = dropped ? [`what no rule of tier ${last.name} decided on is dropped at its end`] : [];
  return [...atEnd, reached ? `what is passed on: ${end}` : "nothing goes beyond this"].join("; ");
}
