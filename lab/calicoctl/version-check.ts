import { NoClient } from "./config.js";
import { Refused } from "./etcd.js";
import { kindNamed } from "./kinds.js";
import type { PrintedMap } from "./shapes/shape.js";
import { Missing, openStore, type Store, Unreadable } from "./store.js";

/** Version that this program says it is. */
export const clientVersion = "v3.32.1";
export const gitCommit = "0ca9d1b93644778cafdf1812f3dda02ac0c361e8";

const hint = "Use --allow-version-mismatch to override";

/** The spec of the cluster's only ClusterInformation. */
export async function clusterInformation(store: Store): Promise<PrintedMap> {
  const kind = kindNamed("ClusterInformation");
  if (!kind) throw new Error("ClusterInformation is no kind");
  return (await store.get(kind, "", "default")).get("spec") as PrintedMap;
}

/** Why the client must not be used with this cluster, or null. */
export async function mismatch(configFile: string | undefined): Promise<string | null> {
  try {
    const version = (await clusterInformation(await openStore(configFile))).get("calicoVersion");
    return typeof version === "string" ? compare(version) : null;
  } catch (error) {
    // Without a client, or without the resource, there is nothing to compare: the command itself will tell.
    if (error instanceof NoClient || error instanceof Missing) return null;
    if (!(error instanceof Refused || error instanceof Unreadable)) throw error;
    return `unable to get Cluster Information to verify version mismatch: ${error.message}\n${hint}`;
  }
}

function compare(version: string): string | null {
  const bare = (text: string): string => text.replace(/^v/, "").split("-")[0] ?? "";
  if (bare(version) === bare(clientVersion)) return null;
  return `version mismatch.\nClient Version:   ${clientVersion}\nCluster Version:  ${bare(version)}\n${hint}`;
}
