import { describe, expect, test } from "@jest/globals";
import { readVersion } from "../../../workers/calicoctl/version.js";
import { golden } from "../../support/golden.js";

describe.each([
  ["calicoctl", "v3.32.1"],
  ["calicoctl-next", "v3.34.0-0.dev-67-g87c15906f2ab"],
])("what %s prints for `version`", (folder, client) => {
  const read = (name: string) => {
    const found = golden(`${folder}/version.json`).find((record) => record.name === name);
    if (!found) throw new Error(`nothing recorded as ${name}`);
    return readVersion(found.stdout);
  };

  test.each([
    ["client only", { client, saidCluster: false, cluster: null, clusterType: null }],
    ["OpenStack: ClusterInformation without calicoVersion", { client, saidCluster: true, cluster: null, clusterType: "openstack" }],
    ["same version", { client, saidCluster: true, cluster: "v3.32.1", clusterType: "openstack" }],
    ["mismatched versions: version itself does not check", { client, saidCluster: true, cluster: "v3.31.7", clusterType: "openstack,bgp" }],
    ["no ClusterInformation", { client, saidCluster: false, cluster: null, clusterType: null }],
    ["nothing listening", { client, saidCluster: false, cluster: null, clusterType: null }],
    ["no datastore configured", { client, saidCluster: false, cluster: null, clusterType: null }],
    ["bad poll", { client: null, saidCluster: false, cluster: null, clusterType: null }],
  ])("%s", (name, expected) => {
    expect(read(name)).toEqual(expected);
  });
});
