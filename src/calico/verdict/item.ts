import { z } from "zod";
import { placeOf } from "../keys.js";
import { kinds } from "../kinds.js";
import { filledIn } from "./filled-in.js";

/** An object of a snapshot: what it is called and what it holds, not yet judged. */
export interface Item {
  kind: string;
  namespace: string | null;
  name: string;
  value: Readonly<Record<string, unknown>>;
}

/** Or why it cannot be taken: what it is, and what is wrong with it. */
export type Taken = { ok: true; item: Item } | { ok: false; what: string; why: string };

const Head = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string().min(1), namespace: z.string().nullish() }),
});

/** An object as a user applies it: calicoctl fills in what it leaves out. */
export function applied(value: unknown): Taken {
  const head = Head.safeParse(value);
  if (!head.success) return { ok: false, what: "an object", why: "it has no kind or no metadata.name" };
  const { kind, metadata } = head.data;
  const namespaced = kinds.find((one) => one.kind === kind)?.namespaced ?? false;
  const namespace = namespaced ? metadata.namespace || "default" : null;
  return { ok: true, item: { kind, namespace, name: metadata.name, value: filledIn(kind, namespace, head.data) } };
}

/** An object as it lies in etcd; its key says what it is called. Null = a key of another sort. */
export function stored(key: string, value: string): Taken | null {
  const kind = kinds.find((one) => placeOf(one, key) !== null);
  const place = kind && placeOf(kind, key);
  if (!place) return null;
  try {
    const parsed = z.looseObject({}).safeParse(JSON.parse(value));
    if (parsed.success) return { ok: true, item: { kind: kind.kind, namespace: place.namespace, name: place.name, value: parsed.data } };
    return { ok: false, what: key, why: "its value is no object" };
  } catch {
    return { ok: false, what: key, why: "its value is no json" };
  }
}

/** As sentences name it: `NetworkPolicy openstack/web`. */
export const itemName = ({ kind, namespace, name }: Pick<Item, "kind" | "namespace" | "name">): string =>
  `${kind} ${namespace === null ? name : `${namespace}/${name}`}`;
