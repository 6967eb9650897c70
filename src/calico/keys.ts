import { type Kind, kindPrefix } from "./kinds.js";

/** Where an object lies, read off its etcd key. */
export interface Place {
  key: string;
  /** Null = a global kind. */
  namespace: string | null;
  name: string;
}

/** The namespace and name in the key of an object of a kind; null when the key is of another form. */
export function placeOf(kind: Kind, key: string): Place | null {
  const prefix = kindPrefix(kind);
  if (!key.startsWith(prefix)) return null;
  const rest = key.slice(prefix.length).split("/");
  const [first = "", second = ""] = rest;
  if (!kind.namespaced) return rest.length === 1 && first !== "" ? { key, namespace: null, name: first } : null;
  return rest.length === 2 && first !== "" && second !== "" ? { key, namespace: first, name: second } : null;
}
