import type { Json } from "./input/decode.js";
import type { Kind } from "./kinds.js";
import type { Printed, PrintedMap } from "./shapes/shape.js";

/** What the client library makes of an object before it lies in etcd. */

const original = "projectcalico.org/metadata";

/** The object as JSON, in the order of the API's fields; its revision is etcd's own. */
export function toStore(kind: Kind, object: Json): string {
  const { resourceVersion: _, ...metadata } = (object["metadata"] ?? {}) as Json;
  const kept = kind.tiered ? { ...metadata, annotations: { ...(metadata["annotations"] as Json), ...named(metadata) } } : metadata;
  const printed = kind.shape.print({ ...object, kind: kind.kind, apiVersion: "projectcalico.org/v3", metadata: kept }) as PrintedMap;
  return json(kind.tiered || kind.kind === "Profile" ? withWholeRules(printed) : printed);
}

/** Policies keep the name that they were given. */
const named = (metadata: Json): Json => ({ [original]: JSON.stringify({ name: metadata["name"] }) });

/** One line of JSON as Go writes it. */
function json(value: Printed): string {
  if (Array.isArray(value)) return `[${(value as readonly Printed[]).map(json).join(",")}]`;
  if (value instanceof Map) return `{${[...(value as PrintedMap)].map(([name, item]) => `${json(name)}:${json(item)}`).join(",")}}`;
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const beforeSides = ["action", "ipVersion", "protocol", "icmp", "notProtocol", "notICMP"];

/** Both sides of a rule are stored even if they say nothing. */
function wholeRule(rule: Printed): Printed {
  const map = rule as PrintedMap;
  const nothing: Printed = new Map();
  const sides = ["source", "destination"].map((side): [string, Printed] => [side, map.get(side) ?? nothing]);
  const before = [...map].filter(([name]) => beforeSides.includes(name));
  const after = [...map].filter(([name]) => !beforeSides.includes(name) && name !== "source" && name !== "destination");
  return new Map([...before, ...sides, ...after]);
}

function withWholeRules(object: PrintedMap): PrintedMap {
  const rules = (value: Printed): Printed => (value as readonly Printed[]).map(wholeRule);
  const spec = [...(object.get("spec") as PrintedMap)].map(([name, value]): [string, Printed] => [
    name,
    name === "ingress" || name === "egress" ? rules(value) : value,
  ]);
  return new Map<string, Printed>([...object].map(([name, value]) => [name, name === "spec" ? new Map(spec) : value]));
}
