import { labelSelector, object } from "./meta.js";
import { numberOrName, port } from "./scalars.js";
import {
  always,
  type Fields,
  flag,
  labels,
  list,
  numberShape,
  omitzero,
  pointer,
  type Shape,
  someFloat,
  someNumber,
  stringShape,
  struct,
  text,
  texts,
} from "./shape.js";

const icmp = struct("ICMPFields", { type: someNumber, code: someNumber });

const entity = struct("EntityRule", {
  nets: texts,
  selector: text,
  namespaceSelector: text,
  services: pointer(struct("ServiceMatch", { name: text, namespace: text })),
  ports: list(port),
  notNets: texts,
  notSelector: text,
  notPorts: list(port),
  serviceAccounts: pointer(struct("ServiceAccountMatch", { names: texts, selector: text })),
});

export const rule = struct("Rule", {
  action: always(stringShape),
  ipVersion: someNumber,
  protocol: pointer(numberOrName),
  icmp: pointer(icmp),
  notProtocol: pointer(numberOrName),
  notICMP: pointer(icmp),
  source: omitzero(entity),
  destination: omitzero(entity),
  http: pointer(struct("HTTPMatch", { methods: texts, paths: list(struct("HTTPPath", { exact: text, prefix: text })) })),
  metadata: pointer(struct("RuleMetadata", { annotations: labels })),
});

const rules: Fields = {
  tier: text,
  order: someFloat,
  ingress: list(rule),
  egress: list(rule),
  selector: text,
  types: texts,
};
const onHosts: Fields = { doNotTrack: flag, preDNAT: flag, applyOnForward: flag };
const accounts: Fields = { serviceAccountSelector: text };
const hints: Fields = { performanceHints: texts };
const staged: Fields = { stagedAction: text };
const global: Fields = { ...rules, ...onHosts, ...accounts, namespaceSelector: text, ...hints };
const local: Fields = { ...rules, ...accounts, ...hints };

export const globalNetworkPolicy = object("GlobalNetworkPolicy", global);
export const networkPolicy = object("NetworkPolicy", local);
export const stagedGlobalNetworkPolicy = object("StagedGlobalNetworkPolicy", { ...staged, ...global });
export const stagedNetworkPolicy = object("StagedNetworkPolicy", { ...staged, ...local });

/** Port of a Kubernetes rule: a number or a name. */
const portOrName: Shape = { ...numberOrName, print: (value) => (typeof value === "string" ? value : numberShape.print(value)) };
const peer = struct("v1.NetworkPolicyPeer", {
  podSelector: pointer(labelSelector),
  namespaceSelector: pointer(labelSelector),
  ipBlock: pointer(struct("v1.IPBlock", { cidr: always(stringShape), except: texts })),
});
const ports = list(struct("v1.NetworkPolicyPort", { protocol: pointer(stringShape), port: pointer(portOrName), endPort: someNumber }));

export const stagedKubernetesNetworkPolicy = object("StagedKubernetesNetworkPolicy", {
  ...staged,
  podSelector: always(labelSelector),
  ingress: list(struct("v1.NetworkPolicyIngressRule", { ports, from: list(peer) })),
  egress: list(struct("v1.NetworkPolicyEgressRule", { ports, to: list(peer) })),
  policyTypes: texts,
});

export const profile = object("Profile", { ingress: list(rule), egress: list(rule), labelsToApply: labels });
