import { condition, object, password } from "./meta.js";
import { asNumber, numberOrName, someDuration } from "./scalars.js";
import {
  always,
  flag,
  list,
  number,
  numberShape,
  pointer,
  someFlag,
  someFloat,
  someNumber,
  someText,
  stringShape,
  struct,
  text,
  texts,
} from "./shape.js";

const cidrs = list(struct("ServiceIPBlock", { cidr: text }));

export const bgpConfiguration = object("BGPConfiguration", {
  logSeverityScreen: text,
  nodeToNodeMeshEnabled: someFlag,
  asNumber: pointer(asNumber),
  serviceLoadBalancerIPs: cidrs,
  serviceExternalIPs: cidrs,
  serviceClusterIPs: cidrs,
  serviceLoadBalancerAggregation: someText,
  communities: list(struct("Community", { name: text, value: text })),
  prefixAdvertisements: list(struct("PrefixAdvertisement", { cidr: text, communities: texts })),
  listenPort: number,
  nodeMeshPassword: pointer(password),
  nodeMeshMaxRestartTime: someDuration,
  bindMode: someText,
  ignoredInterfaces: texts,
  localWorkloadPeeringIPV4: text,
  localWorkloadPeeringIPV6: text,
  programClusterRoutes: someText,
  ipv4NormalRoutePriority: someNumber,
  ipv4ElevatedRoutePriority: someNumber,
  ipv6NormalRoutePriority: someNumber,
  ipv6ElevatedRoutePriority: someNumber,
});

const filterRules = list(
  struct("BGPFilterRule", {
    cidr: text,
    prefixLength: pointer(struct("BGPFilterPrefixLength", { min: someNumber, max: someNumber })),
    source: text,
    interface: text,
    matchOperator: text,
    action: always(stringShape),
  }),
);

export const bgpFilter = object("BGPFilter", {
  exportV4: filterRules,
  importV4: filterRules,
  exportV6: filterRules,
  importV6: filterRules,
});

export const bgpPeer = object("BGPPeer", {
  node: text,
  nodeSelector: text,
  peerIP: text,
  asNumber: { shape: asNumber, mode: "omitempty" },
  localASNumber: pointer(asNumber),
  peerSelector: text,
  keepOriginalNextHop: flag,
  password: pointer(password),
  sourceAddress: text,
  maxRestartTime: someDuration,
  numAllowedLocalASNumbers: someNumber,
  ttlSecurity: someNumber,
  reachableBy: text,
  filters: texts,
  localWorkloadSelector: text,
  reversePeering: someText,
  nextHopMode: someText,
  keepaliveTime: someDuration,
});

export const ipPool = object("IPPool", {
  cidr: always(stringShape),
  vxlanMode: text,
  ipipMode: text,
  natOutgoing: flag,
  disabled: flag,
  disableBGPExport: flag,
  blockSize: number,
  nodeSelector: text,
  namespaceSelector: text,
  ipip: pointer(struct("IPIPConfiguration", { enabled: flag, mode: text })),
  "nat-outgoing": flag,
  allowedUses: texts,
  assignmentMode: someText,
});

export const ipReservation = object("IPReservation", { reservedCIDRs: texts });
export const globalNetworkSet = object("GlobalNetworkSet", { nets: texts });
export const networkSet = object("NetworkSet", { nets: texts });
export const tier = object("Tier", { order: someFloat, defaultAction: someText }, { conditions: list(condition) });

export const clusterInformation = object("ClusterInformation", {
  clusterGUID: text,
  clusterType: text,
  calicoVersion: text,
  datastoreReady: someFlag,
  variant: text,
});

export const hostEndpoint = object("HostEndpoint", {
  node: text,
  interfaceName: text,
  expectedIPs: texts,
  profiles: texts,
  ports: list(struct("EndpointPort", { name: always(stringShape), protocol: always(numberOrName), port: always(numberShape) })),
});

export const node = object(
  "Node",
  {
    bgp: pointer(
      struct("NodeBGPSpec", {
        asNumber: pointer(asNumber),
        ipv4Address: text,
        ipv6Address: text,
        ipv4IPIPTunnelAddr: text,
        routeReflectorClusterID: text,
      }),
    ),
    ipv4VXLANTunnelAddr: text,
    vxlanTunnelMACAddr: text,
    ipv6VXLANTunnelAddr: text,
    vxlanTunnelMACAddrV6: text,
    orchRefs: list(struct("OrchRef", { nodeName: text, orchestrator: always(stringShape) })),
    wireguard: pointer(struct("NodeWireguardSpec", { interfaceIPv4Address: text, interfaceIPv6Address: text })),
    addresses: list(struct("NodeAddress", { address: always(stringShape), type: text })),
    interfaces: list(struct("NodeInterface", { name: text, addresses: texts })),
  },
  { wireguardPublicKey: text, wireguardPublicKeyV6: text, podCIDRs: texts },
);
