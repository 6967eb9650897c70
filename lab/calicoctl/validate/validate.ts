import type { Json } from "../input/decode.js";
import type { Kind } from "../kinds.js";
import { bgpConfiguration, bgpPeer, node } from "./bgp.js";
import { hostEndpoint, networkSet, workloadEndpoint } from "./endpoint.js";
import { felixConfiguration } from "./felix.js";
import { metadata } from "./metadata.js";
import { globalNetworkPolicy, networkPolicy, profile } from "./policy.js";
import { ipPool } from "./pool.js";
import { tier } from "./tier.js";
import type { Wrong } from "./wrong.js";

const validators: Readonly<Record<string, (object: Json) => Wrong[]>> = {
  BGPConfiguration: bgpConfiguration,
  BGPPeer: bgpPeer,
  FelixConfiguration: felixConfiguration,
  GlobalNetworkPolicy: globalNetworkPolicy,
  GlobalNetworkSet: networkSet,
  HostEndpoint: hostEndpoint,
  IPPool: ipPool,
  NetworkPolicy: networkPolicy,
  NetworkSet: networkSet,
  Node: node,
  Profile: profile,
  StagedGlobalNetworkPolicy: globalNetworkPolicy,
  StagedNetworkPolicy: networkPolicy,
  Tier: tier,
  WorkloadEndpoint: workloadEndpoint,
};

/** What is wrong with an object by itself, in the order in which the real one finds it. */
export function faults(kind: Kind, object: Json): Wrong[] {
  return (validators[kind.kind] ?? metadata)(object);
}
