import { describe, expect, test } from "@jest/globals";
import isolate from "../../commands/isolate.js";
import { v3Keys } from "../support/objects.js";
import { changeable, plannedBy, shop } from "../support/planning.js";

const cluster = changeable(shop);

describe("isolate", () => {
  test("drops all that a VM sends and gets, by its own addresses, and says what stays", async () => {
    const { planned, card } = await plannedBy(isolate, cluster, { args: { vm: "vm-1", lasts: "2h" } });

    expect(card.verdict.text).toMatch(
      /^lab: isolates vm-1 for 2 h: cuts everything to internet for vm-1\.x.*opens nothing; 1 uncertain; 0 blocking$/,
    );
    expect(planned).toMatchObject({ severity: "medium", traffic: { losing: 1, gaining: 0 }, terms: { window: 7_200_000, ends: "expiry" } });
    expect(JSON.parse(planned.steps[0]?.document ?? "null")).toMatchObject({
      metadata: { name: "chatops-isolate-d1", annotations: { "calico-chatops/vm": "vm-1" } },
      spec: {
        order: 1,
        selector: 'projectcalico.org/namespace == "openstack" && projectcalico.org/openstack-project-id == "p-shop"',
        ingress: [{ action: "Deny", destination: { nets: ["10.65.0.1/32"] } }],
        egress: [{ action: "Deny", source: { nets: ["10.65.0.1/32"] } }],
      },
    });
    expect(planned.guards.map(({ text }) => text)).toContain(
      "vm-1 keeps DHCP, DNS and metadata of its own host: felix opens them before any policy",
    );
  });

  test.each(["d1", "p1", "10.65.0.1", "VM-1.x"])("a VM is found by %s", async (vm) => {
    expect((await plannedBy(isolate, cluster, { args: { vm } })).planned.steps[0]?.subject).toBe("GlobalNetworkPolicy chatops-isolate-d1");
  });

  test("an address that two VMs have is not cut off, and that is said", async () => {
    const shared = {
      ...shop,
      ...v3Keys("workloadendpoints", 2, (i) => ({
        name: `openstack/c1-openstack-e${i}-q${i}`,
        labels: { "projectcalico.org/namespace": "openstack" },
        spec: {
          orchestrator: "openstack",
          node: "c1",
          workload: `e${i}`,
          endpoint: `q${i}`,
          ipNetworks: [`10.65.1.${i}/32`, "10.65.1.99/32", "10.66.0.0/24"],
        },
      })),
    };
    const { planned } = await plannedBy(isolate, changeable(shared), { args: { vm: "e0" } });

    expect(planned.steps[0]?.document).toContain('{"nets":["10.65.1.0/32"]}');
    expect(planned.guards.map(({ text }) => text)).toContain(
      "e0 may also use 10.65.1.99/32, 10.66.0.0/24, which others have too: that is not cut off",
    );
  });

  test("a name that is nearly right is offered, one that two VMs have must be told apart", async () => {
    await expect(plannedBy(isolate, cluster, { args: { vm: "vm-9" } })).rejects.toMatchObject({
      failure: { code: "not_found", message: "no VM is `vm-9`", hint: expect.stringMatching(/^did you mean `isolate vm-\d`\?$/) },
    });
    const twins = { ...shop };
    const key = Object.keys(shop).find((one) => one.endsWith("d2-p2")) ?? "";
    twins[key] = (shop[key] ?? "").replace("vm-2.x.", "vm-1.x.");
    await expect(plannedBy(isolate, changeable(twins), { args: { vm: "vm-1" } })).rejects.toMatchObject({
      failure: {
        code: "ambiguous",
        choices: [expect.objectContaining({ line: "isolate d1" }), expect.objectContaining({ line: "isolate d2" })],
      },
    });
  });
});
