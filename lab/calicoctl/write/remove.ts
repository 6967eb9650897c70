import type { Json } from "../input/decode.js";
import { type Kind, kindNamed, kinds } from "../kinds.js";
import { type Identity, Missing, type Store } from "../store.js";
import { metadataOf, specOf, text } from "../validate/members.js";
import { builtIn } from "../validate/tier.js";
import { conflict } from "./change.js";
import { Conflict, Rejected } from "./rejected.js";

export interface Removal {
  store: Store;
  identity: Identity;
  /** Only if this is its latest version; "" = whatever it is. */
  revision: string;
}

/** Removes a resource, and with some kinds what hangs on it. */
export async function remove({ store, identity, revision }: Removal): Promise<void> {
  const { kind, name } = identity;
  if (kind.kind === "ClusterInformation") throw new Rejected("operation delete is not supported on ClusterInformation");
  if (kind.kind === "Profile" && name === "projectcalico-default-allow")
    throw new Rejected(
      `operation Delete is not supported on ${name}: The profile "${name}" is a default provided by Calico and cannot be deleted`,
    );
  if (kind.kind === "Tier") await emptyTier(store, name);
  if (kind.kind === "Node") await bereave(store, name);
  const disabled = kind.kind === "IPPool" && (await disable({ store, identity, revision }));
  await take({ store, identity, revision: disabled ? "" : revision });
}

async function take({ store, identity, revision }: Removal): Promise<void> {
  for (;;) {
    const found = await store.read(identity);
    if (revision !== "" && revision !== found.revision) throw conflict(identity);
    if (await store.swap(identity, null, found.revision)) return;
    if (revision !== "") throw conflict(identity);
  }
}

async function emptyTier(store: Store, name: string): Promise<void> {
  if (builtIn[name] !== undefined) throw new Rejected(`operation Delete is not supported on ${name}: Cannot delete ${name} tier`);
  for (const kind of kinds.filter(({ tiered }) => tiered)) {
    const policies = await store.readAll(kind);
    if (policies.some((policy) => (text(specOf(policy), "tier") || "default") === name))
      throw new Rejected(`operation delete is not supported on ${name}: Cannot delete a non-empty tier`);
  }
}

/** A pool gives out no more addresses before it goes. Whether it had to be told. */
async function disable({ store, identity, revision }: Removal): Promise<boolean> {
  const { object, revision: latest } = await store.read(identity);
  if (specOf(object)["disabled"] === true) return false;
  if (revision !== "" && revision !== latest) throw conflict(identity);
  if (!(await store.swap(identity, { ...object, spec: { ...specOf(object), disabled: true } }, latest))) throw conflict(identity);
  return true;
}

/** With a node go its endpoints, its peers and its own configuration: even if the node itself then may not. */
async function bereave(store: Store, node: string): Promise<void> {
  for (const name of ["WorkloadEndpoint", "BGPPeer", "HostEndpoint"]) {
    const kind = kindNamed(name) as Kind;
    const own = (await store.readAll(kind)).filter((object) => text(specOf(object), "node") === node);
    for (const object of own) await drop(store, { kind, namespace: text(metadataOf(object), "namespace"), name: nameOf(object) });
  }
  for (const name of ["FelixConfiguration", "BGPConfiguration"])
    await drop(store, { kind: kindNamed(name) as Kind, namespace: "", name: `node.${node}` });
}

const nameOf = (object: Json): string => text(metadataOf(object), "name");

async function drop(store: Store, identity: Identity): Promise<void> {
  try {
    await take({ store, identity, revision: "" });
  } catch (error) {
    if (!(error instanceof Missing || error instanceof Conflict)) throw error;
  }
}
