import { randomUUID } from "node:crypto";
import type { Json } from "../input/decode.js";
import { type Identity, pathOf, type Store } from "../store.js";
import { metadataOf, text } from "../validate/members.js";
import { prepared } from "./prepare.js";
import { Conflict, Exists, Rejected } from "./rejected.js";

/** One change of one resource. */
export interface Change {
  store: Store;
  identity: Identity;
  object: Json;
  /** What the command is called in messages. */
  verb: string;
}

const tries = 5;
const pauseMs = 1_000;

/** Creates a resource that is not there yet. */
export async function create({ store, identity, object, verb }: Change): Promise<void> {
  protect(identity, verb);
  const { labels, annotations } = metadataOf(object);
  const resourceVersion = text(metadataOf(object), "resourceVersion");
  const metadata = { ...called(identity), ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
  const ready = await prepared({ store, identity, object: { ...object, metadata }, old: null });
  if (resourceVersion)
    throw new Rejected(`error with field Metadata.ResourceVersion = '${resourceVersion}' (field must not be set for a Create request)`);
  const born = { ...metadataOf(ready), uid: randomUUID(), creationTimestamp: now() };
  if (await store.swap(identity, { ...ready, metadata: born }, "0")) return;
  throw new Exists(`resource already exists: ${identity.kind.kind}(${pathOf(identity)}) with error: <nil>`);
}

/** Replaces a resource that is there; one that names a version, only if that is still the latest. */
export async function update({ store, identity, object, verb }: Change): Promise<void> {
  protect(identity, verb);
  const { labels, annotations } = metadataOf(object);
  const resourceVersion = text(metadataOf(object), "resourceVersion");
  for (let i = 0; i < tries; i++) {
    const old = await store.read(identity);
    if (resourceVersion && resourceVersion !== old.revision) throw conflict(identity);
    const { labels: _, annotations: __, ...kept } = metadataOf(old.object);
    const metadata = { ...kept, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
    const ready = await prepared({ store, identity, object: { ...object, metadata }, old: old.object });
    if (await store.swap(identity, ready, old.revision)) return;
    if (resourceVersion) break;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw conflict(identity);
}

/** Creates it, or replaces it if it is there. */
export async function apply(change: Change): Promise<void> {
  const { resourceVersion: _, ...metadata } = metadataOf(change.object);
  try {
    await create({ ...change, object: { ...change.object, metadata } });
  } catch (error) {
    if (!(error instanceof Exists)) throw error;
    await update(change);
  }
}

export function conflict(identity: Identity): Conflict {
  return new Conflict(`update conflict: ${identity.kind.kind}(${pathOf(identity)})`);
}

/** Kinds and resources that Calico keeps to itself. */
function protect({ kind, name }: Identity, verb: string): void {
  if (kind.kind === "ClusterInformation")
    throw new Rejected(`operation ${verb} is not supported on ClusterInformation: resource is readonly`);
  if (kind.kind === "Profile" && name === "projectcalico-default-allow")
    throw new Rejected(
      `operation ${verb} is not supported on ${name}: The profile "${name}" is a default provided by Calico and cannot be updated`,
    );
}

function called({ kind, name, namespace }: Identity): Json {
  return { name, ...(kind.namespaced ? { namespace } : {}) };
}

const now = (): string => `${new Date().toISOString().slice(0, 19)}Z`;
