import type { Json } from "../input/decode.js";
import { specOf, structs, text, texts } from "./members.js";
import { metadata, policyName } from "./metadata.js";
import { rule, selector } from "./rule.js";
import { byTag, shownAs, type Wrong } from "./wrong.js";

/** A policy of a namespace. */
export function networkPolicy(object: Json): Wrong[] {
  const spec = specOf(object);
  const accounts = selector("ServiceAccountSelector", text(spec, "serviceAccountSelector"));
  return [...metadata(object), ...body(spec), ...accounts, ...policyName(object, true), ...repeated("NetworkPolicySpec", spec)];
}

/** A policy of the whole cluster. */
export function globalNetworkPolicy(object: Json): Wrong[] {
  const spec = specOf(object);
  return [
    ...metadata(object),
    ...body(spec),
    ...selector("ServiceAccountSelector", text(spec, "serviceAccountSelector")),
    ...selector("NamespaceSelector", text(spec, "namespaceSelector")),
    ...policyName(object, false),
    ...flags(spec),
    ...repeated("GlobalNetworkPolicySpec", spec),
  ];
}

export function profile(object: Json): Wrong[] {
  const spec = specOf(object);
  return [...metadata(object), ...structs(spec, "ingress").flatMap(rule), ...structs(spec, "egress").flatMap(rule)];
}

function body(spec: Json): Wrong[] {
  const types = texts(spec, "types");
  return [
    ...structs(spec, "ingress").flatMap(rule),
    ...structs(spec, "egress").flatMap(rule),
    ...selector("Selector", text(spec, "selector")),
    ...types.flatMap((type, i) => (type === "Ingress" || type === "Egress" ? [] : [byTag(`Types[${i}]`, type, "policyType")])),
  ];
}

function flags(spec: Json): Wrong[] {
  const { doNotTrack, preDNAT, applyOnForward } = spec;
  const types = texts(spec, "types");
  const wrong: Wrong[] = [];
  const add = (name: string, value: unknown, reason: string): void =>
    void wrong.push({ name: `PolicySpec.${name}`, value: shownAs(value), reason });
  if (doNotTrack && preDNAT) add("PreDNAT", true, "PreDNAT and DoNotTrack cannot both be true, for a given PolicySpec");
  if (preDNAT && structs(spec, "egress").length > 0) add("Egress", "[{}]", "PreDNAT PolicySpec cannot have any Egress rules");
  if (preDNAT && types.includes("Egress")) add("Types", types, "PreDNAT PolicySpec cannot have 'egress' Type");
  if (!applyOnForward && (doNotTrack || preDNAT))
    add("ApplyOnForward", false, "ApplyOnForward must be true if either PreDNAT or DoNotTrack is true, for a given PolicySpec");
  return wrong;
}

function repeated(of: string, spec: Json): Wrong[] {
  const types = texts(spec, "types");
  const twice = types.filter((type, i) => types.indexOf(type) < i);
  const name = `${of}.Types`;
  const global = text(spec, "selector").includes("global()");
  return [
    ...twice.map((type) => ({ name, value: shownAs(types), reason: `'${type}' type specified more than once` })),
    ...(global
      ? [{ name: `${of}.Selector`, value: text(spec, "selector"), reason: "global() can only be used in an EntityRule namespaceSelector" }]
      : []),
  ];
}
