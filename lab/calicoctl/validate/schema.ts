import type { Json } from "../input/decode.js";
import type { Kind } from "../kinds.js";
import { metadataOf, specOf, structs, text, texts } from "./members.js";
import type { Wrong } from "./wrong.js";

/** What the schema of a kind forbids besides: only commands that write look at it. */
export function againstSchema(kind: Kind, object: Json): Wrong[] {
  return (schemas[kind.kind] ?? (() => []))(object);
}

const schemas: Readonly<Record<string, (object: Json) => Wrong[]>> = {
  NetworkPolicy: policy,
  GlobalNetworkPolicy: (object) => [...policy(object), ...flags(specOf(object))],
  Profile: (object) => ["ingress", "egress"].flatMap((direction) => actions(specOf(object), direction)),
  IPPool: (object) =>
    ["vxlanMode", "ipipMode"].flatMap((name) => oneOf(`spec.${name}`, text(specOf(object), name), ["Never", "Always", "CrossSubnet"])),
  BGPPeer: bgpPeer,
  FelixConfiguration: (object) =>
    ["logSeverityFile", "logSeverityScreen", "logSeveritySys"].flatMap((name) => level(name, text(specOf(object), name))),
  HostEndpoint: hostEndpoint,
  Tier: tier,
};

function oneOf(name: string, value: string, words: readonly string[], always = false): Wrong[] {
  if ((value === "" && !always) || words.includes(value)) return [];
  return [{ name, reason: `supported values: ${words.map((word) => JSON.stringify(word)).join(", ")}` }];
}

function policy(object: Json): Wrong[] {
  const spec = specOf(object);
  return [
    ...actions(spec, "ingress"),
    ...actions(spec, "egress"),
    ...texts(spec, "types").flatMap((type, i) => oneOf(`spec.types[${i}]`, type, ["Ingress", "Egress"])),
  ];
}

function actions(spec: Json, direction: string): Wrong[] {
  return structs(spec, direction).flatMap((rule, i) =>
    oneOf(`spec.${direction}[${i}].action`, text(rule, "action"), ["Allow", "Deny", "Log", "Pass"], true),
  );
}

const whole = (forbidden: unknown, reason: string): Wrong[] => (forbidden ? [{ name: "spec", reason }] : []);

function flags(spec: Json): Wrong[] {
  const { doNotTrack, preDNAT, applyOnForward } = spec;
  return [
    ...whole(doNotTrack && preDNAT, "preDNAT and doNotTrack cannot both be true"),
    ...whole(preDNAT && structs(spec, "egress").length > 0, "preDNAT policy cannot have any egress rules"),
    ...whole(preDNAT && texts(spec, "types").includes("Egress"), "preDNAT policy cannot have 'Egress' type"),
    ...whole(!applyOnForward && (doNotTrack || preDNAT), "applyOnForward must be true if either preDNAT or doNotTrack is true"),
  ];
}

function bgpPeer(object: Json): Wrong[] {
  const spec = specOf(object);
  const has = (name: string): boolean => text(spec, name) !== "";
  return [
    ...whole(has("node") && has("nodeSelector"), "node and nodeSelector cannot both be set"),
    ...whole(has("peerIP") && has("peerSelector"), "peerIP and peerSelector cannot both be set"),
    ...whole(Number(spec["asNumber"] ?? 0) !== 0 && has("peerSelector"), "asNumber must be empty when peerSelector is set"),
  ];
}

function level(name: string, value: string): Wrong[] {
  const pattern = "(Trace|Debug|Info|Warning|Error|Fatal)?";
  if (new RegExp(`^${pattern}$`, "i").test(value)) return [];
  return [{ name: `spec.${name}`, reason: `spec.${name} in body should match '^(?i)${pattern}$'` }];
}

function hostEndpoint(object: Json): Wrong[] {
  const spec = specOf(object);
  const nowhere = text(spec, "interfaceName") === "" && texts(spec, "expectedIPs").length === 0;
  return [
    ...whole(nowhere, "at least one of interfaceName or expectedIPs must be specified"),
    ...whole(text(spec, "node") === "", "node must be specified"),
  ];
}

function tier(object: Json): Wrong[] {
  const name = text(metadataOf(object), "name");
  const action = text(specOf(object), "defaultAction");
  const wanted = name === "default" ? "Deny" : name === "kube-admin" || name === "kube-baseline" ? "Pass" : "";
  const reason = `The '${name}' tier must have default action '${wanted}'`;
  return [
    ...oneOf("spec.defaultAction", action, ["Allow", "Deny", "Log", "Pass"]),
    ...(wanted === "" || action === wanted ? [] : [{ name: "Tier", reason }]),
  ];
}
