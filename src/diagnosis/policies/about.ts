import { z } from "zod";
import { securityGroupOf } from "../../calico/names.js";
import { type Direction, forWorkloads, governs, isRaw, type StoredPolicy } from "../../calico/policy/policy.js";
import { lastWord } from "../../calico/policy/rules.js";
import { parseSelector } from "../../calico/selector/parse.js";
import { printSelector } from "../../calico/selector/print.js";
import type { CompiledPolicy } from "../../calico/verdict/compiled.js";
import type { Endpoint } from "../../calico/verdict/endpoint.js";
import { hitsOf } from "../../calico/verdict/hits.js";
import type { Model } from "../../calico/verdict/model.js";
import { cut } from "../../contract/plain.js";
import { Finding } from "../finding.js";
import { groupNames, type KnownGroups, type Near, noGroups, onePolicy, typed } from "./find-policy.js";
import { hitsText, sizeOf } from "./hits.js";
import { narrowed } from "./lint-answer.js";
import { Members, membersOf } from "./members.js";
import { ruleSentence } from "./rule-sentence.js";
import { Note } from "./scope-lint.js";
import { pathOf } from "./selected.js";
import { lintSnapshot } from "./snapshot.js";

/** Rules of a direction that are told. */
const mostRules = 25;

const RuleLine = z.object({ i: z.number(), action: z.string(), text: z.string(), source: z.string(), destination: z.string() });
const Side = z.object({ direction: z.enum(["ingress", "egress"]), rules: z.array(RuleLine), more: z.number(), rest: z.string() });

/** What one policy says, where it stands and what it selects. */
export const AboutAnswer = z.object({
  cluster: z.string(),
  revision: z.number(),
  at: z.number(),
  kind: z.enum(["NetworkPolicy", "GlobalNetworkPolicy"]),
  path: z.string(),
  /** The security group that it is, by name. */
  group: z.string().nullable(),
  tier: z.object({ name: z.string(), order: z.number().nullable(), end: z.string(), exists: z.boolean() }),
  order: z.number().nullable(),
  /** Its place among all policies of its tier, from 1. */
  place: z.object({ at: z.number(), of: z.number() }),
  groups: z.enum(["before", "after", "-"]),
  raw: z.boolean(),
  /** Fields that choose endpoints, canonical where they can be read. */
  selectors: z.array(z.object({ field: z.string(), text: z.string() })),
  missing: z.string().nullable(),
  doubt: z.string().nullable(),
  size: z.string(),
  vms: z.number(),
  allVms: z.number(),
  hosts: z.number(),
  members: Members,
  sides: z.array(Side),
  findings: z.array(Finding),
  notes: z.array(Note),
});
export type AboutAnswer = z.infer<typeof AboutAnswer>;

interface Asked {
  cluster: string;
  region: string;
  revision: number;
  at: number;
  name: string;
  groups: KnownGroups;
  near: Near;
}

/** Tells about the one policy of that name. Throws `not_found`, `ambiguous`. */
export async function aboutPolicy(model: Model, { cluster, region, revision, at, name, groups, near }: Asked): Promise<AboutAnswer> {
  const one = onePolicy(model, name, { near, groups, region });
  const { policy, missing, doubt } = one;
  const endpoints = missing === null ? selectedBy(model, one) : [];
  const names = groupNames(model);
  const group = securityGroupOf(policy.name);
  const path = pathOf(policy);
  const linted = narrowed(model, await lintSnapshot(model, region), {
    name: typed(policy),
    groups: noGroups,
    near,
  });
  const vms = endpoints.filter(({ kind }) => kind === "workload").length;
  return {
    cluster,
    revision,
    at,
    kind: policy.kind,
    path,
    group: group === null ? null : (names.get(group) ?? group),
    ...placeOf(model, policy),
    order: Number.isFinite(policy.order) ? policy.order : null,
    raw: isRaw(policy.spec),
    selectors: selectorsOf(policy),
    missing: missing && cut(missing, 400),
    doubt,
    size: sizeOf(endpoints),
    vms,
    allVms: model.endpoints.filter(({ kind }) => kind === "workload").length,
    hosts: endpoints.length - vms,
    members: membersOf(endpoints),
    sides: (["ingress", "egress"] as const)
      .filter((direction) => governs(policy, direction) || policy.spec[direction].length > 0)
      .map((direction) => sideOf(model, one, { direction, names })),
    findings: linted.findings.slice(0, 20),
    notes: linted.notes.slice(0, 10),
  };
}

function selectedBy(model: Model, { policy, choice }: CompiledPolicy): Endpoint[] {
  if (!choice.ok) return [];
  return model.index
    .select(choice.selector)
    .filter(({ labels, kind }) => choice.selects(labels) && (kind === "host" || forWorkloads(policy)));
}

function placeOf({ set }: Model, policy: StoredPolicy): Pick<AboutAnswer, "tier" | "place" | "groups"> {
  const tier = set.tiers.find(({ policies }) => policies.some((one) => one.policy === policy));
  const all = set.tiers.flatMap(({ policies }) => policies.map((one) => one.policy));
  const first = all.findIndex(({ name }) => securityGroupOf(name) !== null);
  const groups = first < 0 || securityGroupOf(policy.name) !== null ? "-" : all.indexOf(policy) < first ? "before" : "after";
  const here = tier?.policies.findIndex((one) => one.policy === policy) ?? -1;
  return {
    tier: tier?.tier ?? { name: policy.tier, order: null, end: "Deny", exists: false },
    place: { at: here + 1, of: tier?.policies.length ?? 0 },
    groups,
  };
}

function selectorsOf({ spec }: StoredPolicy): AboutAnswer["selectors"] {
  return (["selector", "namespaceSelector", "serviceAccountSelector"] as const).flatMap((field) => {
    const text = spec[field]?.trim() ?? "";
    if (text === "" && field !== "selector") return [];
    const parsed = parseSelector(text);
    return [{ field, text: cut(parsed.ok ? printSelector(parsed.selector) : text, 1000) }];
  });
}

function sideOf(
  model: Model,
  { policy, rules, missing }: CompiledPolicy,
  { direction, names }: { direction: Direction; names: ReadonlyMap<string, string> },
): AboutAnswer["sides"][number] {
  const told = rules[direction].slice(0, mostRules).map((rule, i) => ({
    i,
    action: rule.action,
    text: cut(ruleSentence(rule, policy.spec[direction][i], { direction, namespace: policy.namespace, groups: names }), 600),
    source: hitsText(hitsOf(model, rule.source)),
    destination: hitsText(hitsOf(model, rule.destination)),
  }));
  const more = rules[direction].length - told.length;
  return { direction, rules: told, more, rest: missing === null ? restOf(model, policy, direction) : "felix does not see it" };
}

/** What becomes of traffic that no rule of it is about. */
function restOf(model: Model, policy: StoredPolicy, direction: Direction): string {
  if (!governs(policy, direction)) return `its types leave out ${direction}: these rules are never evaluated`;
  if (lastWord(policy, direction) !== null) return "nothing is left over";
  const { tier } = placeOf(model, policy);
  const end = tier.end === "Pass" ? "passed on to the next tier" : "dropped";
  return `everything else goes to the next policies of tier ${tier.name}; what they leave over is ${end}`;
}
