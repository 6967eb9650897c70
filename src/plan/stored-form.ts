import { parseCidr } from "../calico/cidr.js";
import { part } from "../calico/part.js";
import { filledIn } from "../calico/verdict/filled-in.js";

type Value = Readonly<Record<string, unknown>>;

/** What calicoctl makes of a document before it stores it: defaults, types, the tier and its label. Without uid, times and versions. */
export function storedForm({ kind, namespace }: { kind: string; namespace: string | null }, document: Value): Value {
  const filled = filledIn(kind, namespace, namespace === null ? document : placed(document, namespace));
  const spec = part(filled["spec"]);
  if (/^(Staged)?(Global)?NetworkPolicy$/.test(kind))
    return plain(withTier(filled, typeof spec["tier"] === "string" ? spec["tier"] : "default"));
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

/** Calico's own note of the name that a policy was written with. */
const bookkeeping = "projectcalico.org/metadata";
const passing: ReadonlySet<string> = new Set(["uid", "creationTimestamp", "resourceVersion", "generation", "managedFields", "selfLink"]);

/** An object as two of them can be compared: without what every write changes, and without empty fields, which are as good as none. */
export function plain(value: Value): Value {
  const kept = Object.fromEntries(Object.entries(part(value["metadata"])).filter(([name]) => !passing.has(name)));
  const { [bookkeeping]: _own, ...annotations } = part(kept["annotations"]);
  const metadata = { ...kept, annotations };
  const { status: _, ...rest } = value;
  return withoutEmpty("metadata" in value ? { ...rest, metadata } : rest) as Value;
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    const left = withoutEmpty(inner);
    return isEmpty(left) ? [] : [[name, left]];
  });
  return Object.fromEntries(kept);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
