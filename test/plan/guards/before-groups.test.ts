import { describe, expect, test } from "@jest/globals";
import apply from "../../../commands/apply.js";
import del from "../../../commands/delete.js";
import { v3Keys } from "../../support/objects.js";
import { changeable, document, plannedBy, shop } from "../../support/planning.js";

const denyAll = (more: object = {}) => ({ selector: "all()", types: ["Ingress"], ingress: [{ action: "Deny" }], ...more });
const guardsOf = async (text: string, keys = shop) => {
  const { planned, card } = await plannedBy(apply, changeable(keys), { document: text });
  return { texts: planned.guards.map(({ text: said }) => said), guards: planned.guards, planned, card };
};

describe("where a policy comes in relation to the security groups", () => {
  test("default-deny-all drops all ingress of all VMs, with or without an order", async () => {
    const said =
      "GlobalNetworkPolicy default-deny-all drops all ingress of all 3 VM ports: with or without an order it is evaluated before every security group; established connections survive";

    for (const order of [{}, { order: 2000 }]) {
      const { guards, planned, card } = await guardsOf(document("GlobalNetworkPolicy", "default-deny-all", denyAll(order)));
      expect(guards).toContainEqual({ severity: "more_approvers", text: said });
      expect(planned.severity).toBe("high");
      expect(planned.traffic).toMatchObject({ losing: 3, flags: ["cuts SSH"] });
      expect(JSON.stringify(card.sections)).toContain("open flows are NOT cut");
    }
  });

  test("a name after theirs lets their allows count, as long as it has no order", async () => {
    const late = await guardsOf(document("GlobalNetworkPolicy", "zzz-deny-all", denyAll()));
    expect(late.texts).toContain("GlobalNetworkPolicy zzz-deny-all, without order → after all 2 security groups");
    expect(late.texts.join()).not.toContain("drops all ingress");
    expect(late.planned.traffic).toMatchObject({ losing: 0 });

    const early = await guardsOf(document("GlobalNetworkPolicy", "zzz-deny-all", denyAll({ order: 1 })));
    expect(early.texts.join("\n")).toContain("of all 3 VM ports: with this order it is evaluated before every security group");
  });

  test("the line of its step says where it lands, and whose allows it takes", async () => {
    const smtp = {
      order: 100,
      selector: "all()",
      types: ["Egress"],
      egress: [{ action: "Deny", protocol: "TCP", destination: { ports: [25] } }],
    };
    const { card } = await guardsOf(document("GlobalNetworkPolicy", "deny-smtp-out", smtp));

    expect(card.verdict.text).toBe("lab: cuts tcp/25 to internet for 3 VMs in 2 projects; opens nothing; 1 uncertain; 0 blocking");
    expect(card.verdict.detail).toBe("create GlobalNetworkPolicy deny-smtp-out, order 100 → before all 2 security groups");
    expect(JSON.stringify(card.sections)).toContain("allowed by security group");
    expect(JSON.stringify(card)).not.toMatch(/Approve|votes/);
  });

  test("between two security groups it says before how many", async () => {
    const { texts } = await guardsOf(document("GlobalNetworkPolicy", "ossg.default.g15", denyAll()), shop);

    expect(texts.join("\n")).toContain("is written by Neutron's driver");
    expect(texts).toContain("GlobalNetworkPolicy ossg.default.g15, without order → before 1 of 3 security groups");
  });

  test("what its other rules say is not called dropped", async () => {
    const rules = { ingress: [{ action: "Allow", protocol: "TCP", destination: { ports: [22] } }, { action: "Deny" }] };
    const { texts } = await guardsOf(document("GlobalNetworkPolicy", "only-ssh", denyAll({ order: 1, ...rules })));

    expect(texts.join("\n")).toContain("drops all ingress of all 3 VM ports (but for what its other rules say): with");
  });

  test("Pass in the last tier drops, and a tier ahead of them that passes nothing on takes all", async () => {
    const pass = { order: 1, selector: "all()", types: ["Ingress"], ingress: [{ action: "Pass", source: { nets: ["198.51.100.0/24"] } }] };
    expect((await guardsOf(document("GlobalNetworkPolicy", "pass", pass))).texts.join("\n")).toContain(
      "Pass in GlobalNetworkPolicy pass drops: nothing comes after tier default",
    );

    const tier = document("Tier", "first", { order: 10 });
    const inTier = document("GlobalNetworkPolicy", "first.web", {
      tier: "first",
      order: 1,
      selector: "all()",
      types: ["Ingress"],
      ingress: [{ action: "Allow", protocol: "TCP", destination: { ports: [80] } }],
    });
    const { texts, planned } = await guardsOf(`${inTier}---\n${tier}`);
    expect(texts.join("\n")).toContain("tier first newly drops what its policies do not allow: ingress of 3 endpoints");
    expect(texts.join("\n")).toContain('Tier "first" comes before the security groups and denies at its end');
    expect(planned.steps.map(({ subject }) => subject)).toEqual(["Tier first", "GlobalNetworkPolicy first.web"]);
  });

  test("a tier that keeps policies and loses its last allow is said, and one that is in use is not deleted", async () => {
    const tier = v3Keys("tiers", 1, () => ({ name: "first", spec: { order: 10, defaultAction: "Deny" } }));
    const rules = (action: string) => ({ tier: "first", order: 1, selector: "all()", types: ["Ingress"], ingress: [{ action }] });
    const stored = { ...shop, ...tier, ...v3Keys("globalnetworkpolicies", 1, () => ({ name: "first.web", spec: rules("Allow") })) };

    expect((await guardsOf(document("GlobalNetworkPolicy", "first.web", rules("Deny")), stored)).texts).toContain(
      "tier first loses its last rule that allows anything: all that its policies select is dropped there",
    );
    const { planned } = await plannedBy(del, changeable(stored), { args: { kind: "tier", name: "first" } });
    expect(planned.guards).toContainEqual({ severity: "blocking", text: "Tier first still has 1 policy: calicoctl refuses to delete it" });
  });
});
