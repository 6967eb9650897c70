import { redacted } from "../../calico/redact.js";
import { type Resource, vmLabels } from "../../calico/resource.js";
import { cell, field, labelsText, size } from "./field.js";

/** One column of a kind's table; name and namespace are in every table and not listed here. */
export interface ObjectColumn {
  title: string;
  of(object: Resource): string;
  align?: "right";
}

const at = (title: string, path: string): ObjectColumn => ({ title, of: (object) => cell(redacted(field(object, path), path)) });
const right = (column: ObjectColumn): ObjectColumn => ({ ...column, align: "right" });
const number = (title: string, path: string): ObjectColumn => right(at(title, path));
const many = (title: string, path: string): ObjectColumn => right({ title, of: (object) => size(field(object, path)) });
const label = (title: string, name: string): ObjectColumn => ({ title, of: ({ metadata }) => metadata.labels?.[name] ?? "-" });

const flags: ObjectColumn = {
  title: "special",
  of: (object) => ["preDNAT", "doNotTrack", "applyOnForward"].filter((name) => field(object, name) === true).join(", ") || "-",
};
const types: ObjectColumn = {
  title: "types",
  of: (object) => (field(object, "types") === undefined ? "both (none stored)" : cell(field(object, "types"))),
};
const policy: readonly ObjectColumn[] = [
  { title: "tier", of: (object) => cell(field(object, "tier") ?? "default") },
  number("order", "order"),
  at("selects", "selector"),
  types,
  many("in", "ingress"),
  many("out", "egress"),
];
const sets: readonly ObjectColumn[] = [
  many("nets", "nets"),
  at("first", "nets"),
  { title: "labels", of: ({ metadata }) => labelsText(metadata.labels) },
];
const mode = (object: Resource, name: string): string | null => {
  const value = field(object, name);
  return typeof value === "string" && value !== "" && value !== "Never" ? value : null;
};
const encapsulation: ObjectColumn = {
  title: "encapsulation",
  of: (object) => {
    const [ipip, vxlan] = [mode(object, "ipipMode"), mode(object, "vxlanMode")];
    return [ipip && `IPIP ${ipip}`, vxlan && `VXLAN ${vxlan}`].filter(Boolean).join(", ") || "none";
  },
};
const applies: ObjectColumn = {
  title: "on",
  of: (object) => cell(field(object, "node") ?? field(object, "nodeSelector") ?? "every node"),
};
/** The whole spec in short, for kinds that are a bag of settings. */
const settings: ObjectColumn = { title: "settings", of: ({ spec }) => cell(redacted(spec)) };

const byKind: Readonly<Record<string, readonly ObjectColumn[]>> = {
  WorkloadEndpoint: [
    at("host", "node"),
    at("instance", "workload"),
    at("port", "endpoint"),
    at("addresses", "ipNetworks"),
    { title: "floating", of: (object) => cell(floating(field(object, "ipNATs"))) },
    at("interface", "interfaceName"),
    label("project", vmLabels.projectName),
  ],
  NetworkPolicy: policy,
  GlobalNetworkPolicy: [...policy, flags],
  StagedNetworkPolicy: [...policy, at("staged", "stagedAction")],
  StagedGlobalNetworkPolicy: [...policy, at("staged", "stagedAction")],
  StagedKubernetesNetworkPolicy: [at("selects", "podSelector"), at("types", "policyTypes"), at("staged", "stagedAction")],
  Tier: [number("order", "order"), at("at its end", "defaultAction")],
  NetworkSet: sets,
  GlobalNetworkSet: sets,
  HostEndpoint: [
    at("host", "node"),
    at("interface", "interfaceName"),
    at("expected addresses", "expectedIPs"),
    at("profiles", "profiles"),
    { title: "labels", of: ({ metadata }) => labelsText(metadata.labels) },
  ],
  Profile: [many("in", "ingress"), many("out", "egress"), at("gives labels", "labelsToApply")],
  IPPool: [at("cidr", "cidr"), encapsulation, at("NAT", "natOutgoing"), at("disabled", "disabled"), at("nodes", "nodeSelector")],
  IPReservation: [at("reserved", "reservedCIDRs")],
  Node: [
    at("IPv4", "bgp.ipv4Address"),
    at("IPv6", "bgp.ipv6Address"),
    number("AS", "bgp.asNumber"),
    at("reflector of", "bgp.routeReflectorClusterID"),
    { title: "labels", of: ({ metadata }) => labelsText(metadata.labels) },
  ],
  BGPPeer: [
    applies,
    { title: "peer", of: (object) => cell(field(object, "peerIP") ?? field(object, "peerSelector")) },
    number("AS", "asNumber"),
    at("filters", "filters"),
    at("password", "password.secretKeyRef"),
  ],
  BGPConfiguration: [number("AS", "asNumber"), at("mesh", "nodeToNodeMeshEnabled"), at("log", "logSeverityScreen")],
  BGPFilter: ["importV4", "exportV4", "importV6", "exportV6"].map((name) => many(name, name)),
  ClusterInformation: [
    at("type", "clusterType"),
    at("version", "calicoVersion"),
    at("datastoreReady", "datastoreReady"),
    at("GUID", "clusterGUID"),
  ],
  LiveMigration: [at("from", "source.workloadEndpoint.hostname"), at("instance", "source.workloadEndpoint.workloadID"), at("to", "target")],
};

function floating(nats: unknown): string[] {
  return Array.isArray(nats) ? nats.map((nat: { externalIP?: unknown }) => cell(nat?.externalIP)) : [];
}

/** Whether a table shows the name: an endpoint's is made of the host, instance and port beside it. */
export const showsName = (kind: string): boolean => kind !== "WorkloadEndpoint";

/** What an operator wants to see of a kind, beside name and namespace. */
export function columnsOf(kind: string): readonly ObjectColumn[] {
  return byKind[kind] ?? [settings];
}
