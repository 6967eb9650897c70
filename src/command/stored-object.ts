import { type Kind, kindNamed, kindWords } from "../calico/kinds.js";
import type { Ask } from "../cluster/ask.js";
import type { Cluster } from "../cluster/cluster.js";
import { fail } from "../contract/failure.js";
import { nearest } from "../contract/nearest.js";
import { listKind } from "../diagnosis/objects/listing.js";
import { match } from "../diagnosis/objects/match.js";
import { missing } from "../diagnosis/objects/missing.js";
import { list } from "../diagnosis/say.js";
import { documentOf } from "../plan/stored-form.js";
import type { Wanted } from "../plan/wanted.js";

/** An object as somebody names it. */
export interface ObjectNamed {
  kind: string;
  name: string;
  namespace?: string | undefined;
}

/** The one stored object that is meant, as a document; else why there is not exactly one. */
export async function storedObject(cluster: Cluster, asked: ObjectNamed, ask: Ask): Promise<Wanted["draft"]> {
  const kind = kindTyped(asked.kind);
  const { name, namespace = null } = asked;
  if (namespace !== null && !kind.namespaced) throw fail("usage", `a ${kind.kind} has no namespace`, { hint: "leave -n out" });
  const listing = await listKind(cluster, kind, ask);
  const { places, by } = match(listing.places, { kind, name, namespace });
  const [only, ...others] = by === "part" ? [] : places;
  if (only === undefined) throw missing(listing.places, { kind, name, namespace }, nearest);
  if (others.length > 0)
    throw fail("ambiguous", `there is a ${kind.kind} \`${name}\` in ${list(places.flatMap((place) => place.namespace ?? []))}`, {
      hint: `say which one: -n ${only.namespace}`,
    });
  const { values } = await listing.values([only]);
  return { kind: kind.kind, name, namespace: only.namespace, object: documentOf(parsed(values.get(only.key)?.value ?? "")) };
}

/** The kind that a word means. */
function kindTyped(word: string): Kind {
  const kind = kindNamed(word);
  if (kind !== null) return kind;
  const near = nearest(word, kindWords.keys());
  throw fail("not_found", `\`${word}\` is no kind of Calico's`, {
    hint: near ? `did you mean \`${near}\`?` : "`get` without a kind lists those that there are",
  });
}

function parsed(value: string): Readonly<Record<string, unknown>> {
  try {
    const object: unknown = JSON.parse(value);
    return typeof object === "object" && object !== null ? (object as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
