import { randomBytes, randomUUID } from "node:crypto";
import { Refused } from "../etcd.js";
import { type Kind, kindNamed } from "../kinds.js";
import { Missing, type Store } from "../store.js";

/** What the first command that writes finds missing, it makes: the cluster's identity and Calico's own tiers. */
export async function initialize(store: Store): Promise<void> {
  await clusterInformation(store);
  for (const [name, spec] of Object.entries(tiers)) await make(store, kindNamed("Tier") as Kind, { name, spec });
}

const tiers = {
  default: { order: 1_000_000, defaultAction: "Deny" },
  "kube-admin": { order: 1_000, defaultAction: "Pass" },
  "kube-baseline": { order: 10_000_000, defaultAction: "Pass" },
};

async function clusterInformation(store: Store): Promise<void> {
  const kind = kindNamed("ClusterInformation") as Kind;
  try {
    await store.read({ kind, namespace: "", name: "default" });
  } catch (error) {
    if (!(error instanceof Missing)) return;
    await make(store, kind, { name: "default", spec: { clusterGUID: randomBytes(16).toString("hex"), datastoreReady: true } });
  }
}

/** Whether it may be made is nobody's concern: the command itself will tell. */
async function make(store: Store, kind: Kind, { name, spec }: { name: string; spec: object }): Promise<void> {
  const creationTimestamp = `${new Date().toISOString().slice(0, 19)}Z`;
  try {
    await store.swap({ kind, namespace: "", name }, { metadata: { name, uid: randomUUID(), creationTimestamp }, spec }, "0");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}
