import { parseCidr } from "../../calico/cidr.js";
import type { Place } from "../../calico/keys.js";
import { type FailureError, fail } from "../../contract/failure.js";
import { list } from "../say.js";
import { match, type Wanted } from "./match.js";
import { line } from "./split.js";

/** Why there is no such object, with where it is instead, or what it may be called. */
export function missing(all: readonly Place[], wanted: Wanted, near: Near): FailureError {
  const { kind, name, namespace } = wanted;
  const where = namespace === null ? "" : ` in namespace ${namespace}`;
  return fail("not_found", `there is no ${kind.kind} \`${name?.slice(0, 253)}\`${where}`, { hint: hint(all, wanted, near) });
}

/** Finds the name that a mistyped one most likely means. */
export type Near = (word: string, known: readonly string[]) => string | null;

/** Names compared at most: comparing costs time, and nobody types an endpoint's name from memory. */
const compared = 5000;

function hint(all: readonly Place[], wanted: Wanted, near: Near): string {
  const { kind, name, namespace } = wanted;
  const elsewhere = namespace === null ? [] : match(all, { ...wanted, namespace: null }).places;
  const [first] = elsewhere;
  if (first) {
    const names = list([...new Set(elsewhere.map((place) => place.namespace ?? ""))]);
    return `it exists in namespace ${names}: \`${line({ kind, namespace: first.namespace }, name ?? "")}\``;
  }
  if (kind.kind === "WorkloadEndpoint" && parseCidr(name ?? "") !== null)
    return `an endpoint is found by host, instance or port here; by its address with \`policies ${name}\``;
  if (all.length === 0) return `there is no ${kind.kind} at all in etcd`;
  const known = new Set(all.slice(0, compared).map((place) => place.name));
  const meant = near(name ?? "", [...known]);
  if (meant !== null) return `did you mean \`${line({ kind, namespace: null }, meant)}\`?`;
  return `\`get ${kind.kind.toLowerCase()}\` lists ${all.length === 1 ? "the only one" : `all ${all.length.toLocaleString("en-US")}`}`;
}
