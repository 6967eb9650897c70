import { parseCidr } from "../calico/cidr.js";
import { part } from "../calico/part.js";
import { filledIn } from "../calico/verdict/filled-in.js";
import { normal, normalPort } from "./normal.js";

type Value = Readonly<Record<string, unknown>>;

const policies = /^(Staged)?(Global)?NetworkPolicy$/;

/** What calicoctl makes of a document before it stores it: defaults, types, the tier and its label. Without uid, times and versions. */
export function storedForm({ kind, namespace }: { kind: string; namespace: string | null }, document: Value): Value {
  const filled = filledIn(kind, namespace, namespace === null ? document : placed(document, namespace));
  const spec = part(filled["spec"]);
  if (policies.test(kind)) return plain(withTier(filled, typeof spec["tier"] === "string" ? spec["tier"] : "default"));
  if (kind === "IPPool") return plain({ ...filled, spec: { ...poolDefaults(spec), ...plain(spec) } });
  return plain(filled);
}

/** In its namespace, also where the document leaves that out. */
const placed = (document: Value, namespace: string): Value => ({ ...document, metadata: { ...part(document["metadata"]), namespace } });

function withTier(value: Value, tier: string): Value {
  const metadata = part(value["metadata"]);
  const labels = { ...part(metadata["labels"]), "projectcalico.org/tier": tier };
  return { ...value, metadata: { ...metadata, labels }, spec: { ...part(value["spec"]), tier } };
}

function poolDefaults(spec: Value): Value {
  const six = parseCidr(String(spec["cidr"]))?.family === 6;
  return {
    ipipMode: "Never",
    vxlanMode: "Never",
    blockSize: six ? 122 : 26,
    nodeSelector: "all()",
    allowedUses: ["Workload", "Tunnel"],
    assignmentMode: "Automatic",
  };
}

const passing: ReadonlySet<string> = new Set(["uid", "creationTimestamp", "resourceVersion", "generation", "managedFields", "selfLink"]);

/** Written by calicoctl's library at every write of a policy: the name that people know, where the key has another. */
const ownNote = "projectcalico.org/metadata";

/** An object as calicoctl would be given it: without what every write changes, and under the name that people know. */
export function documentOf(value: Value): Value {
  const metadata = Object.fromEntries(Object.entries(part(value["metadata"])).filter(([name]) => !passing.has(name)));
  const { [ownNote]: told, ...annotations } = part(metadata["annotations"]);
  const name = policies.test(String(value["kind"])) ? nameIn(told) : null;
  const { status: _, ...rest } = value;
  if (!("metadata" in value)) return rest;
  const { annotations: __, ...others } = metadata;
  const kept = Object.keys(annotations).length === 0 ? others : { ...others, annotations };
  return { ...rest, metadata: name === null ? kept : { ...kept, name } };
}

function nameIn(told: unknown): string | null {
  try {
    const name: unknown = part(JSON.parse(String(told)))["name"];
    return typeof name === "string" && name !== "" ? name : null;
  } catch {
    return null;
  }
}

/** An object as two of them can be compared: without what every write changes, and without empty fields, which are as good as none. */
export function plain(value: Value): Value {
  const kind = String(value["kind"]);
  const left = withoutEmpty(named(documentOf(value), kind), kind) as Value;
  const more = unsaid(kind, part(value["spec"]));
  return Object.keys(more).length === 0 ? left : { ...left, spec: { ...more, ...part(left["spec"]) } };
}

/** What calicoctl's library fills in. */
const usual: Readonly<Record<string, Value>> = {
  Tier: { defaultAction: "Deny" },
  StagedNetworkPolicy: { stagedAction: "Set" },
  StagedGlobalNetworkPolicy: { stagedAction: "Set" },
  StagedKubernetesNetworkPolicy: { stagedAction: "Set" },
  BGPConfiguration: { serviceLoadBalancerAggregation: "Enabled" },
  FelixConfiguration: {
    nftablesMode: "Auto",
    bpfConnectTimeLoadBalancing: "TCP",
    bpfHostNetworkedNATWithoutCTLB: "Enabled",
    floatingIPs: "Disabled",
  },
};

/** What a kind means where it says nothing, or an empty list, which of felix' settings is something else than none: no failsafe port at all. */
function unsaid(kind: string, spec: Value): Value {
  const lists = kind === "FelixConfiguration" ? Object.entries(spec).filter(([, one]) => Array.isArray(one)) : [];
  return { ...usual[kind], ...Object.fromEntries(lists) };
}

/** Up to v3.31 `default.web` is what people call `web`. */
function named(value: Value, kind: string): Value {
  const metadata = part(value["metadata"]);
  if (!policies.test(kind) || typeof metadata["name"] !== "string") return value;
  return { ...value, metadata: { ...metadata, name: metadata["name"].replace(/^default\./, "") } };
}

/** Calico leaves these out where they are false. */
const falseIsNone: ReadonlySet<string> = new Set([
  "doNotTrack",
  "preDNAT",
  "applyOnForward",
  "natOutgoing",
  "disabled",
  "disableBGPExport",
  "keepOriginalNextHop",
]);

/** Kinds whose fields hold times and AS numbers. */
const timed = /^(FelixConfiguration|BGP\w+|Node)$/;

function withoutEmpty(value: unknown, kind: string): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutEmpty(one, kind));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    const left = /^(notP|p)orts$/.test(name) && Array.isArray(inner) ? inner.map(normalPort) : withoutEmpty(inner, kind);
    return isEmpty(left) || (left === false && falseIsNone.has(name)) ? [] : [[name, timed.test(kind) ? normal(name, left) : left]];
  });
  return Object.fromEntries(kept);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
