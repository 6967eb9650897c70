import type { Place } from "../../calico/keys.js";
import type { Kind } from "../../calico/kinds.js";
import { parseEndpointName } from "../../calico/names.js";

/** What somebody asks for among the objects of a kind. */
export interface Wanted {
  kind: Kind;
  /** A name, the start of names (`web*`), or for endpoints a host, instance or port; null = all. */
  name: string | null;
  namespace: string | null;
}

export interface Matched {
  places: Place[];
  /** `name`: by their own name; `old key`: a policy under `default.<name>`; `part`: several that have something in common. */
  by: "all" | "name" | "old key" | "part";
}

/** The objects that are meant; their own name goes before every other reading of the word. */
export function match(all: readonly Place[], { kind, name, namespace }: Wanted): Matched {
  const places = namespace === null ? all : all.filter((place) => place.namespace === namespace);
  if (name === null) return { places: [...places], by: "all" };
  const readings: [Matched["by"], (place: Place) => boolean][] = [
    ["name", (place) => place.name === name],
    ["old key", (place) => kind.kind.endsWith("NetworkPolicy") && place.name === `default.${name}`],
    ["part", name.endsWith("*") ? (place) => place.name.startsWith(name.slice(0, -1)) : partOf(kind, name)],
  ];
  for (const [by, fits] of readings) {
    const found = places.filter(fits);
    if (found.length > 0) return { places: found, by };
  }
  return { places: [], by: "name" };
}

/** An endpoint's name holds its host, its instance and its port. */
function partOf({ kind }: Kind, name: string): (place: Place) => boolean {
  if (kind !== "WorkloadEndpoint") return () => false;
  return (place) => {
    const parts = parseEndpointName(place.name);
    return parts !== null && [parts.node, parts.workload, parts.endpoint].includes(name);
  };
}
