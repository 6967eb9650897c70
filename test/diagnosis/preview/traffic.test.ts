import { describe, expect, test } from "@jest/globals";
import { atOnce } from "../../../src/calico/steps.js";
import { stored } from "../../../src/calico/verdict/item.js";
import { add, emptyParts, type Parts } from "../../../src/calico/verdict/parts.js";
import { Ground } from "../../../src/diagnosis/evaluate/ground.js";
import { comparedSteps } from "../../../src/diagnosis/preview/preview.js";
import { type TrafficFound, trafficOf } from "../../../src/diagnosis/preview/traffic.js";
import { v3Keys } from "../../support/objects.js";
import { shop } from "../../support/planning.js";

function partsOf(keys: Record<string, string>): Parts {
  const parts = emptyParts();
  for (const [key, value] of Object.entries(keys)) {
    const taken = stored(key, value);
    if (taken) add(parts, taken);
  }
  return parts;
}

const policy = (spec: object) => ({ kind: "GlobalNetworkPolicy", metadata: { name: "a" }, spec });
const trafficIn = (spec: object, keys = shop): TrafficFound =>
  trafficOf(atOnce(comparedSteps(new Ground(partsOf(keys), 1, 0), { kind: "documents", objects: [policy(spec)] })));
const more = (n: number): Record<string, string> =>
  v3Keys("workloadendpoints", n, (i) => ({
    name: `openstack/c1-openstack-m${i}-m${i}`,
    labels: {
      "sg.projectcalico.org/openstack-g1": "web",
      "projectcalico.org/namespace": "openstack",
      "projectcalico.org/openstack-project-name": "shop",
    },
    spec: { orchestrator: "openstack", node: "c1", workload: `m${i}`, endpoint: `m${i}`, ipNetworks: [`10.66.0.${i + 1}/32`] },
  }));
const denySsh = {
  order: 1,
  selector: "all()",
  types: ["Ingress"],
  ingress: [{ action: "Deny", protocol: "TCP", destination: { ports: [22] } }],
};

describe("what a change does to traffic", () => {
  test("in a line: what, from where, for how many", () => {
    expect(trafficIn(denySsh)).toMatchObject({
      text: "cuts tcp/22 from anywhere to 2 VMs of shop; opens nothing; 0 uncertain",
      flags: ["cuts SSH"],
      losing: 2,
      gaining: 0,
      uncertain: 0,
    });
  });

  test("by groups it is the same however many VMs there are", () => {
    const [few, many] = [trafficIn(denySsh), trafficIn(denySsh, { ...shop, ...more(40) })];

    expect(many.losing).toBe(42);
    expect(many.groups).toEqual(few.groups);
    expect(many.flags).toEqual(few.flags);
  });

  test("another port, another group and another direction are other groups", () => {
    const of = (spec: object) => trafficIn({ ...denySsh, ...spec }).groups;
    const https = [{ action: "Deny", protocol: "TCP", destination: { ports: [443] } }];

    expect(of({ ingress: https })).not.toEqual(of({}));
    expect(of({ selector: "has(sg.projectcalico.org/openstack-g2)" })).not.toEqual(of({}));
    expect(of({ types: ["Egress"], ingress: [], egress: https })).not.toEqual(of({ ingress: https }));
  });

  test("cutting one VM off from all others is about that one", () => {
    const nets = ["10.65.0.3/32"];
    const found = trafficIn(
      {
        order: 1,
        selector: "has(projectcalico.org/namespace)",
        types: ["Ingress", "Egress"],
        ingress: [{ action: "Deny", destination: { nets } }],
        egress: [{ action: "Deny", source: { nets } }],
      },
      { ...shop, ...more(10) },
    );

    expect(found.losing).toBe(1);
    expect(found.text).toContain("for vm-3.x");
  });

  test("what is opened is told the same way, and nothing as nothing", () => {
    const allow = [{ action: "Allow", protocol: "UDP", destination: { ports: [53] } }];
    const opened = trafficIn({ order: 1, selector: "has(sg.projectcalico.org/openstack-g2)", types: ["Ingress"], ingress: allow });

    expect(opened).toMatchObject({ text: expect.stringMatching(/^cuts .*; opens udp\/53 from anywhere to vm-3\.x/), gaining: 1 });
    expect(trafficIn({ selector: "nothing == 'here'", types: ["Ingress"] })).toEqual({
      text: "cuts nothing; opens nothing; 0 uncertain",
      flags: [],
      losing: 0,
      gaining: 0,
      uncertain: 0,
      groups: [],
    });
  });
});
