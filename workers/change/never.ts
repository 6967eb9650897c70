import { kindNamed, objectKey } from "../../src/calico/kinds.js";
import { part } from "../../src/calico/part.js";
import type { Step } from "../../src/contract/plan.js";
import type { Limits } from "./context.js";
import { fields, placeIn } from "./stored.js";

/** Why this worker does not do a step, whoever has signed it; null = it may. */
export function refusal(step: Step, { kinds }: Pick<Limits, "kinds">): string | null {
  const { kind, namespace, name } = placeIn(step.document);
  const known = kindNamed(kind);
  if (known === null || known.kind !== kind) return `${step.subject}: ${kind} is no kind that this worker writes`;
  const names = kind.endsWith("NetworkPolicy") ? [name, `default.${name}`] : [name];
  if (!names.some((one) => objectKey(known, one, namespace ?? undefined) === step.key))
    return `${step.subject}: its document does not belong to the key ${step.key}`;
  if (kinds !== null && !kinds.includes(kind)) return `${step.subject}: this worker's configuration does not let it write a ${kind}`;
  return never(step, kind, name);
}

const failsafes = ["failsafeInboundHostPorts", "failsafeOutboundHostPorts"];

function never(step: Step, kind: string, name: string): string | null {
  const { subject } = step;
  if (kind === "WorkloadEndpoint") return `${subject}: endpoints of VMs are Neutron's`;
  if (/^(default\.)?ossg\./.test(name)) return `${subject}: policies of security groups are Neutron's`;
  const [before, after] = specs(step);
  if (kind === "ClusterInformation" && (step.action === "delete" || after["datastoreReady"] === false))
    return `${subject}: with a datastore that is not ready every felix stops`;
  const changed = failsafes.find((one) => JSON.stringify(before[one]) !== JSON.stringify(after[one]));
  if (kind === "FelixConfiguration" && changed !== undefined) return `${subject}: ${changed} is what still lets anybody in after a mistake`;
  return null;
}

/** Its spec before and after. */
function specs({ action, document, inverse }: Step): [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>] {
  const before = action === "delete" ? document : inverse;
  const after = action === "delete" ? null : document;
  const of = (text: string | null) => (text === null ? {} : part(fields(text)["spec"]));
  return [of(before), of(after)];
}
