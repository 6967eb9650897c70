import { type Printed, type PrintedMap, shown } from "../shapes/shape.js";

/** Cells of a row by heading. */
export type Cells = Readonly<Record<string, string>>;

/** Headings of a kind's table: by default, wide, and all in the order in which an error lists them. */
export interface Names {
  narrow: readonly string[];
  wide: readonly string[];
  all: readonly string[];
}

const policy = ["NAME TIER", "NAME TIER ORDER SELECTOR"] as const;

const headings: Readonly<Record<string, readonly [narrow: string, wide: string]>> = {
  BGPConfiguration: ["NAME LOGSEVERITY MESHENABLED ASNUMBER", "NAME LOGSEVERITY MESHENABLED ASNUMBER"],
  BGPFilter: ["NAME", "NAME"],
  BGPPeer: ["NAME PEERIP NODE ASN", "NAME PEERIP NODE ASN"],
  ClusterInformation: [
    "NAME CLUSTERGUID CLUSTERTYPE CALICOVERSION DATASTOREREADY",
    "NAME CLUSTERGUID CLUSTERTYPE CALICOVERSION DATASTOREREADY",
  ],
  FelixConfiguration: ["NAME", "NAME"],
  GlobalNetworkPolicy: policy,
  GlobalNetworkSet: ["NAME", "NAME NETS"],
  HostEndpoint: ["NAME NODE", "NAME NODE INTERFACE IPS PROFILES"],
  IPPool: ["NAME CIDR SELECTOR", "NAME CIDR NAT IPIPMODE VXLANMODE DISABLED DISABLEBGPEXPORT SELECTOR ASSIGNMENTMODE"],
  IPReservation: ["NAME", "NAME CIDRS"],
  KubeControllersConfiguration: ["NAME", "NAME"],
  NetworkPolicy: policy,
  NetworkSet: ["NAME", "NAME NETS"],
  Node: ["NAME", "NAME ASN IPV4 IPV6"],
  Profile: ["NAME", "NAME LABELS"],
  StagedGlobalNetworkPolicy: policy,
  StagedKubernetesNetworkPolicy: ["NAME", "NAME PODSELECTOR"],
  StagedNetworkPolicy: policy,
  Tier: ["NAME ORDER", "NAME ORDER"],
  WorkloadEndpoint: ["WORKLOAD NODE NETWORKS INTERFACE", "NAME WORKLOAD NODE NETWORKS INTERFACE PROFILES NATS"],
};

export function namesOf(kind: string): Names {
  const [narrow, wide] = (headings[kind] ?? ["NAME", "NAME"]).map((names) => names.split(" ")) as [string[], string[]];
  const all = wide.filter((name) => name !== "NAME").toSorted();
  return { narrow, wide, all: ["NAME", ...all] };
}

/** All cells of one resource. `meshAs`: the AS number of a node without its own. */
export function cellsOf(kind: string, object: PrintedMap, meshAs: string): Cells {
  const metadata = object.get("metadata") as PrintedMap;
  const spec = object.get("spec") as PrintedMap;
  return { NAME: shown(metadata.get("name")), NAMESPACE: shown(metadata.get("namespace")), ...special[kind]?.(spec, meshAs) };
}

const policyCells = (spec: PrintedMap): Cells => ({
  TIER: shown(spec.get("tier")),
  ORDER: order(spec.get("order")),
  SELECTOR: shown(spec.get("selector")),
});
const nets = (spec: PrintedMap): Cells => ({ NETS: joined(spec.get("nets")) });

const special: Readonly<Record<string, (spec: PrintedMap, meshAs: string) => Cells>> = {
  BGPConfiguration: (spec) => ({
    LOGSEVERITY: shown(spec.get("logSeverityScreen")),
    MESHENABLED: shown(spec.get("nodeToNodeMeshEnabled")),
    ASNUMBER: shown(spec.get("asNumber")),
  }),
  BGPPeer: (spec) => ({
    PEERIP: shown(spec.get("peerIP")),
    NODE: shown(spec.get("node") ?? spec.get("nodeSelector") ?? "(global)"),
    ASN: shown(spec.get("asNumber") ?? 0),
  }),
  ClusterInformation: (spec) => ({
    CLUSTERGUID: shown(spec.get("clusterGUID")),
    CLUSTERTYPE: shown(spec.get("clusterType")),
    CALICOVERSION: shown(spec.get("calicoVersion")),
    DATASTOREREADY: shown(spec.get("datastoreReady")),
  }),
  GlobalNetworkPolicy: policyCells,
  GlobalNetworkSet: nets,
  HostEndpoint: (spec) => ({
    NODE: shown(spec.get("node")),
    INTERFACE: shown(spec.get("interfaceName")),
    IPS: joined(spec.get("expectedIPs")),
    PROFILES: joined(spec.get("profiles")),
  }),
  IPPool: (spec) => ({
    CIDR: shown(spec.get("cidr")),
    NAT: shown(spec.get("natOutgoing") ?? false),
    IPIPMODE: shown(spec.get("ipipMode")),
    VXLANMODE: shown(spec.get("vxlanMode")),
    DISABLED: shown(spec.get("disabled") ?? false),
    DISABLEBGPEXPORT: shown(spec.get("disableBGPExport") ?? false),
    SELECTOR: shown(spec.get("nodeSelector")),
    ASSIGNMENTMODE: shown(spec.get("assignmentMode")),
  }),
  IPReservation: (spec) => ({ CIDRS: joined(spec.get("reservedCIDRs")) }),
  NetworkPolicy: policyCells,
  NetworkSet: nets,
  Node: (spec, meshAs) => {
    const bgp = (spec.get("bgp") ?? new Map()) as PrintedMap;
    return { ASN: shown(bgp.get("asNumber") ?? `(${meshAs})`), IPV4: shown(bgp.get("ipv4Address")), IPV6: shown(bgp.get("ipv6Address")) };
  },
  Profile: (spec) => ({
    LABELS: joined([...((spec.get("labelsToApply") ?? new Map()) as PrintedMap)].map(([key, value]) => `${key}=${shown(value)}`)),
  }),
  StagedGlobalNetworkPolicy: policyCells,
  StagedKubernetesNetworkPolicy: (spec) => ({ PODSELECTOR: goSelector(spec.get("podSelector") as PrintedMap) }),
  StagedNetworkPolicy: policyCells,
  Tier: (spec) => ({ ORDER: order(spec.get("order")) }),
  WorkloadEndpoint: (spec) => ({
    WORKLOAD: shown(spec.get(spec.get("orchestrator") === "k8s" ? "pod" : "workload")),
    NODE: shown(spec.get("node")),
    NETWORKS: joined(spec.get("ipNetworks")),
    INTERFACE: shown(spec.get("interfaceName")),
    PROFILES: joined(spec.get("profiles")),
  }),
};

const joined = (value: Printed | undefined): string => (Array.isArray(value) ? value.join(",") : "");

/** A number as Go's templates print it: from a million on with an exponent. */
function order(value: Printed | undefined): string {
  if (typeof value !== "number") return "<nil>";
  if (Math.abs(value) < 1e6 && (value === 0 || Math.abs(value) >= 1e-4)) return String(value);
  return value.toExponential().replace(/e([-+])(\d)$/, "e$10$2");
}

/** A Kubernetes selector as Go prints the struct. */
function goSelector(selector: PrintedMap): string {
  const match = (selector.get("matchLabels") ?? new Map()) as PrintedMap;
  const labels = [...match].map(([key, value]) => `${key}: ${shown(value)},`).join("");
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{},}`;
}
