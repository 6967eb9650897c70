import { addressOrPrefix, anything, labelName, labelValue, number, oneOf, selector, text, yesNo } from "../leaves.js";
import { rule } from "../rules.js";
import { fields, list, map, type Shape, type Wrong } from "../shape.js";

const common = {
  tier: text,
  order: number,
  selector,
  serviceAccountSelector: selector,
  types: list(oneOf("Ingress", "Egress")),
  ingress: list(rule),
  egress: list(rule),
  performanceHints: list(oneOf("AssumeNeededOnEveryNode")),
};
const global = { ...common, namespaceSelector: selector, doNotTrack: yesNo, preDNAT: yesNo, applyOnForward: yesNo };
const staged = { stagedAction: oneOf("Set", "Delete", "Learn", "Ignore") };

type Object = Readonly<Record<string, unknown>>;

function* forwarded(spec: Object): Generator<Partial<Wrong>> {
  const [untracked, early] = [spec["doNotTrack"] === true, spec["preDNAT"] === true];
  if (untracked && early) yield { path: ["preDNAT"], text: "preDNAT and doNotTrack together", hint: "one of the two" };
  if ((untracked || early) && spec["applyOnForward"] !== true)
    yield { path: [untracked ? "doNotTrack" : "preDNAT"], text: "it takes `applyOnForward: true`", hint: "add it" };
  const egress = Array.isArray(spec["egress"]) && spec["egress"].length > 0;
  const types: unknown[] = Array.isArray(spec["types"]) ? spec["types"] : [];
  if (early && (egress || types.includes("Egress")))
    yield { path: ["preDNAT"], text: "a preDNAT policy with egress", hint: "such a policy may have ingress rules only" };
}

function* reserved(spec: Object): Generator<Partial<Wrong>> {
  const action = spec["defaultAction"];
  if (spec["order"] !== undefined && typeof spec["order"] === "number" && !Number.isFinite(spec["order"]))
    yield { path: ["order"], text: "this is no order", hint: "leave it out for the last place" };
  if (action === "Allow") yield { path: ["defaultAction"], text: "a tier's default action cannot be Allow", hint: "Deny or Pass" };
}

/** Policies, tiers, sets and profiles. */
export const policyKinds: Readonly<Record<string, Shape>> = {
  NetworkPolicy: fields(common),
  GlobalNetworkPolicy: fields(global, { also: forwarded }),
  StagedNetworkPolicy: fields({ ...common, ...staged }),
  StagedGlobalNetworkPolicy: fields({ ...global, ...staged }, { also: forwarded }),
  StagedKubernetesNetworkPolicy: fields(
    { ...staged, podSelector: anything, ingress: anything, egress: anything, policyTypes: list(oneOf("Ingress", "Egress")) },
    { open: true },
  ),
  Tier: fields({ order: number, defaultAction: oneOf("Deny", "Pass", "Allow") }, { also: reserved }),
  NetworkSet: fields({ nets: list(addressOrPrefix) }),
  GlobalNetworkSet: fields({ nets: list(addressOrPrefix) }),
  Profile: fields({ labelsToApply: map(labelName, labelValue), ingress: list(rule), egress: list(rule) }),
};
