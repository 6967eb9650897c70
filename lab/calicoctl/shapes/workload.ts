import { object } from "./meta.js";
import { numberOrName } from "./scalars.js";
import { always, type Fields, list, number, numberShape, pointer, stringShape, struct, text, texts } from "./shape.js";

const limits = ["Bandwidth", "Burst", "Peakrate", "Minburst"];
const directions = ["ingress", "egress"];
const perDirection = (names: readonly string[]): Fields =>
  Object.fromEntries(directions.flatMap((direction) => names.map((name) => [`${direction}${name}`, number])));

const qosControls = struct("QoSControls", {
  ...perDirection(limits),
  ...perDirection(["PacketRate", "PacketBurst"]),
  ...perDirection(["MaxConnections"]),
  dscp: pointer(numberOrName),
});

export const workloadEndpoint = object("WorkloadEndpoint", {
  orchestrator: text,
  workload: text,
  node: text,
  containerID: text,
  pod: text,
  endpoint: text,
  serviceAccountName: text,
  ipNetworks: texts,
  ipNATs: list(struct("IPNAT", { internalIP: always(stringShape), externalIP: always(stringShape) })),
  ipv4Gateway: text,
  ipv6Gateway: text,
  profiles: texts,
  interfaceName: text,
  mac: text,
  ports: list(
    struct("WorkloadEndpointPort", {
      name: always(stringShape),
      protocol: always(numberOrName),
      port: always(numberShape),
      hostPort: always(numberShape),
      hostIP: always(stringShape),
    }),
  ),
  allowSpoofedSourcePrefixes: texts,
  qosControls: pointer(qosControls),
});
