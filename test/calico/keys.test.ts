import { expect, test } from "@jest/globals";
import { felixHost, portStateKey } from "../../src/calico/keys.js";
import { parseEndpointName, vmNamespace } from "../../src/calico/names.js";
import { golden } from "../support/keyspace.js";

test.each(["no-region", "region-east"])("felix' keys of a real keyspace are where they are looked for: %s", (region) => {
  const keys = golden().map(({ key }) => key);
  const ports = keys
    .filter((key) => key.includes(`/workloadendpoints/${vmNamespace(region)}/`))
    .flatMap((key) => parseEndpointName(key.slice(key.lastIndexOf("/") + 1)) ?? [])
    .map(({ node, workload, endpoint }) => portStateKey(region, { host: node, instance: workload, port: endpoint }));
  const reported = keys.filter((key) => key.startsWith(felixHost(region, "compute-02")) && key.includes("/endpoint/"));

  expect(reported.length).toBeGreaterThan(0);
  expect(ports).toEqual(expect.arrayContaining(reported));
});
