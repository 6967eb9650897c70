import type { Kind } from "./kinds.js";
import type { Printed, PrintedMap } from "./shapes/shape.js";

/** What the client library makes of a stored object before anybody sees it. */

type Json = Readonly<Record<string, unknown>>;

const tierLabel = "projectcalico.org/tier";
const metadataAnnotation = "projectcalico.org/metadata";

export interface Read {
  /** etcd's revision of the key. */
  revision: string;
  inList: boolean;
}

/** The stored object with its resource version, and with the tier that policies have by default. */
export function settled(kind: Kind, stored: object, { revision, inList }: Read): Json {
  const object = stored as Json;
  const metadata = (object["metadata"] ?? {}) as Json;
  const { [metadataAnnotation]: original, ...annotations } = (metadata["annotations"] ?? {}) as Json;
  const whole = {
    ...object,
    metadata: {
      ...metadata,
      ...(typeof original === "string" ? { annotations } : {}),
      ...(kind.tiered ? { labels: { [tierLabel]: "default", ...(metadata["labels"] as Json | undefined) } } : {}),
      resourceVersion: revision,
    },
  };
  return kind.kind === "Tier" && inList ? withTierDefaults(whole, String(metadata["name"])) : whole;
}

const tierDefaults: Readonly<Record<string, Json>> = {
  default: { order: 1_000_000, defaultAction: "Deny" },
  "kube-admin": { order: 1_000, defaultAction: "Pass" },
  "kube-baseline": { order: 10_000_000, defaultAction: "Pass" },
};

function withTierDefaults(tier: Json, name: string): Json {
  const set = Object.fromEntries(Object.entries((tier["spec"] ?? {}) as Json).filter(([, value]) => value !== null));
  return { ...tier, spec: { ...(tierDefaults[name] ?? { defaultAction: "Deny" }), ...set } };
}

/** Tiers are listed in the order in which they apply; everything else in etcd's order. */
export function sorted(kind: Kind, objects: readonly PrintedMap[]): readonly PrintedMap[] {
  if (kind.kind !== "Tier") return objects;
  const order = (tier: PrintedMap): number => Number((tier.get("spec") as PrintedMap).get("order") ?? Number.POSITIVE_INFINITY);
  return objects.toSorted((a, b) => (order(a) === order(b) ? 0 : order(a) - order(b)));
}

/** Resources that no key holds. */
export function unstored(kind: Kind): readonly ReadonlyMap<string, Printed>[] {
  return kind.kind === "Profile"
    ? [
        new Map<string, Printed>([
          ["name", defaultAllow],
          ["object", allowAll(kind)],
        ]),
      ]
    : [];
}

const defaultAllow = "projectcalico-default-allow";

function allowAll(kind: Kind): Printed {
  const everything = [{ action: "Allow" }];
  return kind.shape.print({
    kind: kind.kind,
    apiVersion: "projectcalico.org/v3",
    metadata: { name: defaultAllow, resourceVersion: "1" },
    spec: { ingress: everything, egress: everything },
  });
}
