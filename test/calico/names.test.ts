import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { kindNamed, objectKey } from "../../src/calico/kinds.js";
import { endpointName, endpointsOf, parseEndpointName, securityGroupOf, vmNamespace } from "../../src/calico/names.js";
import { WorkloadEndpoint } from "../../src/calico/resource.js";
import { golden } from "../support/keyspace.js";

const part = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?$/);

test("a name made of parts is taken apart into them", () => {
  fc.assert(
    fc.property(part, part, part, part, (node, orchestrator, workload, endpoint) => {
      const parts = { node, orchestrator, workload, endpoint };
      expect(parseEndpointName(endpointName(parts))).toEqual(parts);
      expect(endpointName(parts).startsWith(endpointsOf(node))).toBe(true);
    }),
  );
});

test("every endpoint of a real keyspace says in its name what its spec says", () => {
  const endpoints = golden().filter(({ key }) => key.includes("/workloadendpoints/"));

  expect(endpoints.length).toBeGreaterThan(20);
  for (const { key, value } of endpoints) {
    const { spec } = WorkloadEndpoint.parse(JSON.parse(value));
    const name = parseEndpointName(key.slice(key.lastIndexOf("/") + 1));
    if (spec.orchestrator === "openstack")
      expect(name).toMatchObject({ node: spec.node, workload: spec.workload, endpoint: spec.endpoint });
  }
});

test("kinds are known by every name people give them", () => {
  expect(["gnp", "GlobalNetworkPolicy", "globalnetworkpolicies", "GNP"].map((word) => kindNamed(word)?.kind)).toEqual(
    Array.from({ length: 4 }, () => "GlobalNetworkPolicy"),
  );
  expect(kindNamed("pods")).toBeNull();
  const kind = kindNamed("np");
  expect(kind && objectKey(kind, "p1", "openstack")).toBe("/calico/resources/v3/projectcalico.org/networkpolicies/openstack/p1");
});

test("security groups and regions are told by their names", () => {
  expect(securityGroupOf("ossg.default.3f8f")).toBe("3f8f");
  expect(securityGroupOf("default.ossg")).toBeNull();
  expect([vmNamespace("no-region"), vmNamespace("region-east")]).toEqual(["openstack", "openstack-region-east"]);
});
