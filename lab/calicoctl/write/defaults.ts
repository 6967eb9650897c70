import type { Json } from "../input/decode.js";
import type { Kind } from "../kinds.js";
import { metadataOf, specOf, structs, text, texts } from "../validate/members.js";

/** The object with everything that the client library fills in by itself. */
export function withDefaults(kind: Kind, object: Json): Json {
  if (kind.tiered) return policy(object, kind.kind.startsWith("Staged"));
  const own = specs[kind.kind];
  return own ? { ...object, spec: { ...own, ...specOf(object) } } : labelled(kind, object);
}

const specs: Readonly<Record<string, Json>> = {
  BGPConfiguration: { serviceLoadBalancerAggregation: "Enabled" },
  FelixConfiguration: {
    nftablesMode: "Auto",
    bpfConnectTimeLoadBalancing: "TCP",
    bpfHostNetworkedNATWithoutCTLB: "Enabled",
    floatingIPs: "Disabled",
  },
  StagedKubernetesNetworkPolicy: { stagedAction: "Set" },
  Tier: { defaultAction: "Deny" },
};

function policy(object: Json, staged: boolean): Json {
  const spec = specOf(object);
  const tier = text(spec, "tier") || "default";
  const metadata = metadataOf(object);
  const types = texts(spec, "types").length > 0 ? spec["types"] : typesOf(spec);
  const labels = { ...(metadata["labels"] as Json | undefined), "projectcalico.org/tier": tier };
  return {
    ...object,
    metadata: { ...metadata, labels },
    spec: { ...(staged ? { stagedAction: "Set" } : {}), ...spec, tier, types },
  };
}

/** A policy without egress rules is one for ingress only, even if it has no rule at all. */
function typesOf(spec: Json): readonly string[] {
  if (structs(spec, "egress").length === 0) return ["Ingress"];
  return structs(spec, "ingress").length === 0 ? ["Egress"] : ["Ingress", "Egress"];
}

function labelled(kind: Kind, object: Json): Json {
  if (kind.kind !== "WorkloadEndpoint") return object;
  const metadata = metadataOf(object);
  const own = { "projectcalico.org/namespace": metadata["namespace"], "projectcalico.org/orchestrator": specOf(object)["orchestrator"] };
  return { ...object, metadata: { ...metadata, labels: { ...(metadata["labels"] as Json | undefined), ...own } } };
}
