import type { Case } from "./recorded.js";
import type { Loaded } from "./world.js";

const root = "/calico/resources/v3/projectcalico.org";
/** What the recordings of several documents work on. */
const several = [
  ...["ok0", "ok1", "ok2", "ok3", "nosuch1"].map((name) => `${root}/networkpolicies/openstack/${name}`),
  `${root}/globalnetworksets/gs1`,
];

/**
 * What the cluster says of itself at a case, which stays until the next one that names it; and a clean table for each command
 * that several documents are given to.
 */
export async function arrange(file: string, { name = "" }: Case, etcd: Loaded): Promise<void> {
  if (file === "partial" && (name === "prepare" || name === "create: good, bad")) etcd.remove(several);
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
