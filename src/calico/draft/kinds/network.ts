import { parseCidr } from "../../cidr.js";
import {
  address,
  addressAndPort,
  addressOrPrefix,
  anything,
  asNumber,
  duration,
  labelName,
  number,
  oneOf,
  prefix,
  selector,
  text,
  whole,
  yesNo,
} from "../leaves.js";
import { port, protocol } from "../rules.js";
import { fields, list, map, type Shape, type Wrong } from "../shape.js";
import { written } from "../written.js";

const open = { open: true } as const;
const mode = oneOf("Never", "Always", "CrossSubnet");
const secret = fields({ secretKeyRef: anything });
const severity = oneOf("Debug", "Info", "Warning", "Error", "Fatal");
const blocks = list(fields({ cidr: prefix }));

type Object = Readonly<Record<string, unknown>>;

/** What Calico's address manager demands of a pool beside its fields. */
function* pool(spec: Object): Generator<Partial<Wrong>> {
  const cidr = parseCidr(written(spec["cidr"]));
  if (cidr === null) return;
  const six = cidr.family === 6;
  const [least, most, usual] = six ? [116, 128, 122] : [20, 32, 26];
  const size = typeof spec["blockSize"] === "number" && spec["blockSize"] !== 0 ? spec["blockSize"] : usual;
  if (size < least || size > most) yield { path: ["blockSize"], text: `a block size of ${size}`, hint: `from ${least} to ${most}` };
  else if (cidr.bits > size)
    yield {
      path: ["cidr"],
      text: `${cidr.text} is smaller than one block (/${size})`,
      hint: `a prefix of /${size} or shorter, or a larger blockSize`,
    };
  const [ipip, vxlan] = [spec["ipipMode"] ?? "Never", spec["vxlanMode"] ?? "Never"];
  if (six && ipip !== "Never") yield { path: ["ipipMode"], text: "IPIP in a pool of IPv6", hint: "Never; there is vxlanMode for IPv6" };
  if (ipip !== "Never" && vxlan !== "Never") yield { path: ["vxlanMode"], text: "IPIP and VXLAN together", hint: "one of the two" };
  const local = parseCidr(six ? "fe80::/10" : "169.254.0.0/16");
  if (local !== null && cidr.first <= local.last && local.first <= cidr.last)
    yield { path: ["cidr"], text: `${cidr.text} is link-local`, hint: "addresses of VMs must be routed" };
}

function* peer(spec: Object): Generator<Partial<Wrong>> {
  const has = (name: string): boolean => spec[name] !== undefined && spec[name] !== "";
  if (has("node") && has("nodeSelector")) yield { path: ["node"], text: "`node` and `nodeSelector` together", hint: "one of the two" };
  for (const name of ["peerIP", "asNumber"])
    if (has("peerSelector") && has(name)) yield { path: [name], text: `\`${name}\` and \`peerSelector\` together`, hint: "one of the two" };
}

function* hostEndpoint(spec: Object): Generator<Partial<Wrong>> {
  const ips: unknown[] = Array.isArray(spec["expectedIPs"]) ? spec["expectedIPs"] : [];
  if (!spec["interfaceName"] && ips.length === 0)
    yield {
      text: "a host endpoint without interfaceName and without expectedIPs",
      hint: "one of the two says what it protects; `*` is every interface",
    };
}

function* workload(spec: Object): Generator<Partial<Wrong>> {
  const nets: unknown[] = Array.isArray(spec["ipNetworks"]) ? spec["ipNetworks"] : [];
  for (const [i, net] of nets.entries()) {
    const cidr = parseCidr(written(net));
    if (cidr && cidr.first !== cidr.last)
      yield { path: ["ipNetworks", i], text: `${cidr.text} is more than one address`, hint: "an endpoint has single addresses" };
  }
}

const namedPorts = list(fields({ name: text, protocol, port }));
const range = fields({ min: whole(0, 128), max: whole(0, 128) });
const filterRules = list(
  fields(
    {
      action: oneOf("Accept", "Reject"),
      cidr: prefix,
      prefixLength: range,
      matchOperator: oneOf("Equal", "NotEqual", "In", "NotIn"),
      source: oneOf("RemotePeers"),
      interface: text,
      peerType: oneOf("eBGP", "iBGP"),
    },
    { required: ["action"], ...open },
  ),
);

/** Endpoints, nodes, pools, BGP. */
export const networkKinds: Readonly<Record<string, Shape>> = {
  IPPool: fields(
    {
      cidr: prefix,
      ipipMode: mode,
      vxlanMode: mode,
      natOutgoing: yesNo,
      disabled: yesNo,
      disableBGPExport: yesNo,
      blockSize: whole(0, 128),
      nodeSelector: selector,
      namespaceSelector: selector,
      allowedUses: list(oneOf("Workload", "Tunnel", "LoadBalancer", "HostSecondaryInterface")),
      assignmentMode: oneOf("Automatic", "Manual"),
    },
    { required: ["cidr"], ...open, also: pool },
  ),
  IPReservation: fields({ reservedCIDRs: list(addressOrPrefix) }),
  BGPPeer: fields(
    {
      node: text,
      nodeSelector: selector,
      peerIP: addressAndPort,
      asNumber,
      peerSelector: selector,
      keepOriginalNextHop: yesNo,
      nextHopMode: oneOf("Auto", "Self", "Keep"),
      password: secret,
      sourceAddress: oneOf("UseNodeIP", "None"),
      maxRestartTime: duration,
      numAllowedLocalASNumbers: whole(0, 2_147_483_647),
      ttlSecurity: whole(0, 255),
      reachableBy: address,
      filters: list(text),
      localASNumber: asNumber,
      localWorkloadSelector: selector,
      reversePeering: oneOf("Auto", "Manual"),
    },
    { ...open, also: peer },
  ),
  BGPConfiguration: fields(
    {
      logSeverityScreen: severity,
      nodeToNodeMeshEnabled: yesNo,
      asNumber,
      serviceLoadBalancerIPs: blocks,
      serviceExternalIPs: blocks,
      serviceClusterIPs: blocks,
      serviceLoadBalancerAggregation: oneOf("Enabled", "Disabled"),
      communities: list(fields({ name: text, value: text })),
      prefixAdvertisements: list(fields({ cidr: prefix, communities: list(text) })),
      listenPort: whole(1, 65_535),
      nodeMeshPassword: secret,
      nodeMeshMaxRestartTime: duration,
      bindMode: oneOf("None", "NodeIP"),
      ignoredInterfaces: list(text),
      localWorkloadPeeringIPV4: address,
      localWorkloadPeeringIPV6: address,
      programClusterRoutes: oneOf("Enabled", "Disabled"),
    },
    open,
  ),
  BGPFilter: fields({ exportV4: filterRules, importV4: filterRules, exportV6: filterRules, importV6: filterRules }, open),
  Node: fields(
    {
      bgp: fields(
        {
          asNumber,
          ipv4Address: addressOrPrefix,
          ipv6Address: addressOrPrefix,
          ipv4IPIPTunnelAddr: address,
          routeReflectorClusterID: address,
          interfaceName: text,
        },
        open,
      ),
      ipv4VXLANTunnelAddr: address,
      ipv6VXLANTunnelAddr: address,
      vxlanTunnelMACAddr: text,
      vxlanTunnelMACAddrV6: text,
      orchRefs: list(fields({ nodeName: text, orchestrator: text })),
      wireguard: anything,
      addresses: list(fields({ address: addressOrPrefix, type: text })),
    },
    open,
  ),
  HostEndpoint: fields(
    { node: text, interfaceName: text, expectedIPs: list(address), profiles: list(text), ports: namedPorts, qosControls: anything },
    { required: ["node"], also: hostEndpoint },
  ),
  WorkloadEndpoint: fields(
    {
      orchestrator: text,
      workload: text,
      node: text,
      containerID: text,
      pod: text,
      endpoint: text,
      serviceAccountName: text,
      ipNetworks: list(addressOrPrefix),
      ipNATs: list(fields({ internalIP: address, externalIP: address })),
      ipv4Gateway: address,
      ipv6Gateway: address,
      profiles: list(text),
      interfaceName: text,
      mac: text,
      ports: list(fields({ name: text, protocol, port, hostPort: whole(0, 65_535), hostIP: text })),
      allowSpoofedSourcePrefixes: list(addressOrPrefix),
      qosControls: anything,
    },
    { ...open, also: workload },
  ),
  KubeControllersConfiguration: fields(
    {
      logSeverityScreen: severity,
      healthChecks: oneOf("Enabled", "Disabled"),
      etcdV3CompactionPeriod: duration,
      prometheusMetricsPort: whole(0, 65_535),
      debugProfilePort: whole(0, 65_535),
      controllers: anything,
    },
    open,
  ),
  LiveMigration: fields({ source: anything, destination: anything, priority: number, labels: map(labelName, text) }, open),
  ClusterInformation: fields(
    { clusterGUID: text, clusterType: text, calicoVersion: text, datastoreReady: yesNo, variant: text, cnxVersion: text },
    open,
  ),
};
