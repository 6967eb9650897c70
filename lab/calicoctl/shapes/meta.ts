import { time } from "./scalars.js";
import {
  always,
  booleanShape,
  type Fields,
  labels,
  list,
  number,
  pointer,
  type Shape,
  someFlag,
  someNumber,
  stringShape,
  struct,
  text,
  texts,
} from "./shape.js";

const owner = struct("v1.OwnerReference", {
  apiVersion: always(stringShape),
  kind: always(stringShape),
  name: always(stringShape),
  uid: always(stringShape),
  controller: someFlag,
  blockOwnerDeletion: someFlag,
});

/** Kubernetes' object metadata. */
const metadata = struct("v1.ObjectMeta", {
  name: text,
  generateName: text,
  namespace: text,
  selfLink: text,
  uid: text,
  resourceVersion: text,
  generation: number,
  creationTimestamp: pointer(time),
  deletionTimestamp: pointer(time),
  deletionGracePeriodSeconds: someNumber,
  labels,
  annotations: labels,
  ownerReferences: list(owner),
  finalizers: texts,
});

/** A whole object: type, metadata, spec, and for some kinds status. */
export function object(kind: string, spec: Fields, status?: Fields): Shape {
  return struct(kind, {
    kind: text,
    apiVersion: text,
    metadata: always(metadata),
    spec: always(struct(`${kind}Spec`, spec)),
    ...(status ? { status: always(struct(`${kind}Status`, status)) } : {}),
  });
}

/** Label selector of Kubernetes. */
export const labelSelector = struct("v1.LabelSelector", {
  matchLabels: labels,
  matchExpressions: list(struct("v1.LabelSelectorRequirement", { key: always(stringShape), operator: always(stringShape), values: texts })),
});

/** A password kept in a Kubernetes secret. */
export const password = struct("BGPPassword", {
  secretKeyRef: pointer(struct("v1.SecretKeySelector", { name: text, key: always(stringShape), optional: pointer(booleanShape) })),
});

export const condition = struct("v1.Condition", {
  type: always(stringShape),
  status: always(stringShape),
  observedGeneration: number,
  lastTransitionTime: always(time),
  reason: always(stringShape),
  message: always(stringShape),
});
