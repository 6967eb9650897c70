import { part } from "../part.js";
import { namespaceLabel } from "../policy/applies.js";

type Value = Readonly<Record<string, unknown>>;

/** What calicoctl adds to an object before it is stored: types of policies, labels of endpoints. */
export function filledIn(kind: string, namespace: string | null, value: Value): Value {
  if (kind === "WorkloadEndpoint") return withLabels(value, namespace ?? "default");
  return /^(Staged)?(Global)?NetworkPolicy$/.test(kind) ? withTypes(value) : value;
}

const length = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

/** Ingress also for a policy without any rule. */
function withTypes(value: Value): Value {
  const spec = part(value["spec"]);
  if (length(spec["types"]) > 0 || !isList(spec["types"]) || !isList(spec["ingress"]) || !isList(spec["egress"])) return value;
  const egress = length(spec["egress"]) > 0;
  const ingress = length(spec["ingress"]) > 0 || !egress;
  return { ...value, spec: { ...spec, types: [...(ingress ? ["Ingress"] : []), ...(egress ? ["Egress"] : [])] } };
}

const isList = (value: unknown): boolean => value === undefined || value === null || Array.isArray(value);

function withLabels(value: Value, namespace: string): Value {
  const metadata = part(value["metadata"]);
  const spec = part(value["spec"]);
  const orchestrator = spec["orchestrator"];
  const account = spec["serviceAccountName"];
  const labels = {
    ...part(metadata["labels"]),
    [namespaceLabel]: namespace,
    ...(typeof orchestrator === "string" ? { "projectcalico.org/orchestrator": orchestrator } : {}),
    ...(typeof account === "string" ? { "projectcalico.org/serviceaccount": account } : {}),
  };
  return { ...value, metadata: { ...metadata, labels } };
}
