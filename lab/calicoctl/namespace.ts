import type { Named } from "./input/documents.js";

/** The namespace and what the command line says of it do not go together. */
export class BadNamespace extends Error {}

/** Namespace of a resource, from its document and the command line; "" for a kind without, or for all of them. */
export function namespaceOf({ kind, namespace: own }: Named, options: ReadonlyMap<string, string>): string {
  const all = options.has("all-namespaces");
  const given = options.get("namespace") ?? "";
  if (!kind.namespaced) {
    if (own !== "")
      throw new BadNamespace(`namespace should not be specified for a non-namespaced resource. ${kind.kind} is not a namespaced resource`);
    if (all || given !== "") throw new BadNamespace(`${kind.kind} is not namespaced`);
    return "";
  }
  if (all && given !== "") throw new BadNamespace("cannot use both --namespace and --all-namespaces flags at the same time");
  if (!all && own !== "" && given !== "" && own !== given)
    throw new BadNamespace(`resource namespace does not match client namespace. ${own} != ${given}`);
  return all ? "" : own || given || "default";
}
