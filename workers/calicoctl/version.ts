/** What `calicoctl version` printed, as far as it came. */
export interface VersionText {
  client: string | null;
  /** False = it said nothing of the cluster, not even that its version is unknown. */
  saidCluster: boolean;
  cluster: string | null;
  clusterType: string | null;
}

/** Lines of `Title:   value`; `unknown`, which is what OpenStack's ClusterInformation gives, is null. */
export function readVersion(stdout: string): VersionText {
  const value = (title: string): string | null => new RegExp(`^${title}:[ \\t]*(\\S.*?)?[ \\t]*$`, "m").exec(stdout)?.[1] ?? null;
  const known = (text: string | null): string | null => (text === "unknown" ? null : text);
  return {
    client: value("Client Version"),
    saidCluster: /^Cluster Version:/m.test(stdout),
    cluster: known(value("Cluster Version")),
    clusterType: known(value("Cluster Type")),
  };
}
