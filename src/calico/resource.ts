import { z } from "zod";

/** What every v3 object has. Unknown fields are kept: a newer Calico must not lose data by passing through. */
export const Metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  creationTimestamp: z.string().nullish(),
  uid: z.string().optional(),
});

/** Any v3 object as it lies in etcd; resourceVersion is not stored, it is the key's mod revision. */
export const Resource = z.looseObject({
  kind: z.string(),
  apiVersion: z.string(),
  metadata: Metadata,
  spec: z.record(z.string(), z.unknown()).default({}),
});
export type Resource = z.infer<typeof Resource>;

/** A VM port as Neutron's driver writes it, or any other workload. */
export const WorkloadEndpoint = z.looseObject({
  metadata: Metadata,
  spec: z.looseObject({
    orchestrator: z.string().default(""),
    workload: z.string().default(""),
    node: z.string().default(""),
    endpoint: z.string().default(""),
    interfaceName: z.string().default(""),
    mac: z.string().optional(),
    /** Addresses as host prefixes: `10.65.0.21/32`. */
    ipNetworks: z.array(z.string()).default([]),
    /** Floating IPs. */
    ipNATs: z.array(z.object({ internalIP: z.string(), externalIP: z.string() })).default([]),
    ipv4Gateway: z.string().optional(),
    ipv6Gateway: z.string().optional(),
    profiles: z.array(z.string()).default([]),
  }),
});
export type WorkloadEndpoint = z.infer<typeof WorkloadEndpoint>;

export const IpPool = z.looseObject({
  metadata: Metadata,
  spec: z.looseObject({
    cidr: z.string(),
    ipipMode: z.string().optional(),
    vxlanMode: z.string().optional(),
    natOutgoing: z.boolean().optional(),
    disabled: z.boolean().optional(),
    blockSize: z.number().optional(),
  }),
});
export type IpPool = z.infer<typeof IpPool>;

/** NetworkPolicy and GlobalNetworkPolicy as far as place in the order and choice of endpoints go; Neutron's have no tier, order or types. */
export const Policy = z.looseObject({
  kind: z.string(),
  metadata: Metadata,
  spec: z.looseObject({
    tier: z.string().optional(),
    order: z.number().nullish(),
    selector: z.string().optional(),
    namespaceSelector: z.string().optional(),
    serviceAccountSelector: z.string().optional(),
    preDNAT: z.boolean().optional(),
    doNotTrack: z.boolean().optional(),
    applyOnForward: z.boolean().optional(),
    types: z.array(z.string()).optional(),
    ingress: z.array(z.record(z.string(), z.unknown())).default([]),
    egress: z.array(z.record(z.string(), z.unknown())).default([]),
  }),
});
export type Policy = z.infer<typeof Policy>;

export const Tier = z.looseObject({
  metadata: Metadata,
  spec: z.looseObject({ order: z.number().nullish(), defaultAction: z.string().optional() }),
});
export type Tier = z.infer<typeof Tier>;

/** An interface of a host that policies protect. */
export const HostEndpoint = z.looseObject({
  metadata: Metadata,
  spec: z.looseObject({
    node: z.string().default(""),
    interfaceName: z.string().default(""),
    expectedIPs: z.array(z.string()).default([]),
    profiles: z.array(z.string()).default([]),
  }),
});
export type HostEndpoint = z.infer<typeof HostEndpoint>;

/** Profiles give their endpoints labels, and rules that come after all tiers. VMs have none. */
export const Profile = z.looseObject({
  metadata: Metadata,
  spec: z.looseObject({ labelsToApply: z.record(z.string(), z.string()).default({}) }).default({ labelsToApply: {} }),
});
export type Profile = z.infer<typeof Profile>;

/** Labels and annotations by which Neutron's driver says whose a VM port is. */
export const vmLabels = {
  projectId: "projectcalico.org/openstack-project-id",
  projectName: "projectcalico.org/openstack-project-name",
  networkName: "projectcalico.org/openstack-network-name",
  groupPrefix: "sg.projectcalico.org/openstack-",
  groupNamePrefix: "sg-name.projectcalico.org/openstack-",
  networkId: "openstack.projectcalico.org/network-id",
  fqdn: "openstack.projectcalico.org/fqdn",
} as const;
