import type { Case } from "./recorded.js";
import type { Loaded } from "./world.js";

/** What the cluster says of itself at a case; the recordings name it, and it stays until the next one that does. */
export async function arrange(file: string, { name = "" }: Case, etcd: Loaded): Promise<void> {
  if (file === "version") {
    if (name === "same version") await etcd.inform({ calicoVersion: "v3.32.1" });
    if (name.startsWith("mismatched versions")) await etcd.inform({ calicoVersion: "v3.31.7", clusterType: "openstack,bgp" });
    if (name === "no ClusterInformation") await etcd.inform(null);
  }
  if (file === "version-mismatch") {
    const [, version] = /^cluster says ([^,]+)/.exec(name) ?? [];
    if (version !== undefined) await etcd.inform({ calicoVersion: version === "(nothing)" ? null : version });
    if (name.startsWith("no ClusterInformation")) await etcd.inform(null);
    if (name.endsWith("is not JSON")) await etcd.inform("not json");
  }
}
