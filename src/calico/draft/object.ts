import { nearest } from "../../contract/nearest.js";
import { kindNamed, kinds } from "../kinds.js";
import { isObject } from "../part.js";
import { examine } from "./examine.js";
import { felixKinds } from "./kinds/felix.js";
import { networkKinds } from "./kinds/network.js";
import { policyKinds } from "./kinds/policies.js";
import { anything, labelName, labelValue, objectName, text, whole } from "./leaves.js";
import { fields, list, map, type Shape, type Wrong } from "./shape.js";
import { written } from "./written.js";

const specs: Readonly<Record<string, Shape>> = { ...policyKinds, ...networkKinds, ...felixKinds };
export const apiVersion = "projectcalico.org/v3";

/** Calico takes capitals in the names of two kinds: a host is called what its kernel calls it. */
const looseNames: ReadonlySet<string> = new Set(["Node", "WorkloadEndpoint"]);

const metadata = (kind: string): Shape =>
  fields(
    {
      name: looseNames.has(kind) ? text : objectName,
      namespace: objectName,
      labels: map(labelName, labelValue),
      annotations: map(labelName, text),
      uid: text,
      resourceVersion: text,
      creationTimestamp: anything,
      generation: whole(0, Number.MAX_SAFE_INTEGER),
      generateName: text,
      selfLink: text,
      finalizers: list(text),
      ownerReferences: anything,
      managedFields: anything,
      deletionTimestamp: anything,
      deletionGracePeriodSeconds: anything,
    },
    { required: ["name"] },
  );

/** Everything that is wrong with one object as somebody wrote it. */
export function wrongWith(object: Readonly<Record<string, unknown>>): Wrong[] {
  const [version, kind] = [object["apiVersion"], object["kind"]];
  const about = [...kindWrongs(kind), ...versionWrongs(version, kind)];
  if (about.length > 0) return about;
  const spec = specs[written(kind)] ?? anything;
  const shape = fields(
    { apiVersion: text, kind: text, metadata: metadata(written(kind)), spec, status: anything },
    { required: ["metadata"] },
  );
  return [...examine(shape, object), ...placeless(object), ...ofItsName(object)];
}

function kindWrongs(kind: unknown): Wrong[] {
  const names = kinds.map((one) => one.kind);
  if (typeof kind === "string" && names.includes(kind)) return [];
  if (kind === undefined || kind === null || kind === "") return [wrong([], "the document has no `kind`", "such as `kind: NetworkPolicy`")];
  const near = kindNamed(written(kind))?.kind ?? nearest(written(kind), names);
  return [wrong(["kind"], `\`${written(kind)}\` is no kind of Calico`, near === null ? null : `did you mean \`${near}\`?`)];
}

function versionWrongs(version: unknown, kind: unknown): Wrong[] {
  if (version === apiVersion) return [];
  const hint = `write \`apiVersion: ${apiVersion}\``;
  if (version === undefined || version === null || version === "") return [wrong([], "the document has no `apiVersion`", hint)];
  const what = written(version);
  if (what.startsWith("networking.k8s.io/"))
    return [wrong(["apiVersion"], `this is a ${written(kind)} of Kubernetes, not of Calico`, `${hint} and Calico's fields`)];
  if (what.startsWith("crd.projectcalico.org/"))
    return [wrong(["apiVersion"], `\`${what}\` is how Calico stores it in Kubernetes, not how it is written`, hint)];
  return [wrong(["apiVersion"], `\`${what}\` is no version of Calico's API`, hint)];
}

/** What calicoctl takes under one name only, or never. */
function ofItsName({ kind, metadata: place, spec }: Readonly<Record<string, unknown>>): Wrong[] {
  const name = isObject(place) ? place["name"] : undefined;
  const set = isObject(spec) ? spec : {};
  if (kind === "ClusterInformation")
    return [
      wrong(["kind"], "ClusterInformation is kept by Calico itself", "calicoctl datastore migrate lock | unlock sets datastoreReady"),
    ];
  if (kind === "BGPConfiguration" && name !== "default")
    return ["nodeToNodeMeshEnabled", "asNumber", "nodeMeshPassword", "nodeMeshMaxRestartTime"]
      .filter((field) => set[field] !== undefined && set[field] !== null)
      .map((field) => wrong(["spec", field], `\`${field}\` is for the BGPConfiguration \`default\` only`, "set it there"));
  if (kind === "Tier" && name === "kube-admin" && set["order"] !== 1000)
    return [wrong(["spec", "order"], "the tier `kube-admin` has order 1000", "choose another name for a tier of yours")];
  return [];
}

/** A namespace where there is none. */
function placeless({ kind, metadata: place }: Readonly<Record<string, unknown>>): Wrong[] {
  const known = kindNamed(written(kind));
  const namespace = isObject(place) ? place["namespace"] : undefined;
  if (!known || known.namespaced || namespace === undefined || namespace === null || namespace === "") return [];
  return [wrong(["metadata", "namespace"], `a ${known.kind} has no namespace`, "take the line out")];
}

const wrong = (path: Wrong["path"], about: string, hint: string | null): Wrong => ({ path, text: about, hint, doubt: false });
