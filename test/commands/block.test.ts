import { describe, expect, test } from "@jest/globals";
import block from "../../commands/block.js";
import { usualRules } from "../../src/plan/rules.js";
import { v3Keys } from "../support/objects.js";
import { changeable, plannedBy, shop } from "../support/planning.js";

const rules = { ...usualRules, ownRanges: ["10.0.0.0/8"] };
const cluster = changeable(shop, { changes: rules });
const documentIn = (planned: Awaited<ReturnType<typeof plannedBy>>["planned"]) =>
  JSON.parse(planned.steps[0]?.document ?? "null") as unknown;

describe("block", () => {
  test("cuts a foreign address off from all VMs until its time is over, without votes", async () => {
    const { planned, card } = await plannedBy(block, cluster, {
      args: { net: "203.0.113.7", why: "scans" },
      actor: { kind: "local", user: "ops" },
    });

    expect(card.verdict.text).toBe(
      "lab: blocks 203.0.113.7 for 4 h: cuts everything to 203.0.113.7/32 for 3 VMs in 2 projects (and 1 more); opens nothing; 0 uncertain; 0 blocking",
    );
    expect(card.verdict.detail).toBe("create GlobalNetworkPolicy chatops-block-203-0-113-7, order 1 → before all 2 security groups");
    expect(planned).toMatchObject({
      severity: "low",
      because: ["203.0.113.7/32 is no wider than a /24 and outside of the cloud's own ranges"],
      terms: { approvers: 0, window: 14_400_000, ends: "expiry" },
    });
    expect(documentIn(planned)).toEqual({
      apiVersion: "projectcalico.org/v3",
      kind: "GlobalNetworkPolicy",
      metadata: {
        name: "chatops-block-203-0-113-7",
        annotations: {
          "calico-chatops/who": "local:ops",
          "calico-chatops/request": "r1",
          "calico-chatops/lasts": "4h from when it is applied; asked for at 2026-01-02T03:07Z",
          "calico-chatops/why": "scans",
        },
      },
      spec: {
        tier: "default",
        order: 1,
        selector: 'projectcalico.org/namespace == "openstack"',
        types: ["Ingress", "Egress"],
        ingress: [{ action: "Deny", source: { nets: ["203.0.113.7/32"] } }],
        egress: [{ action: "Deny", destination: { nets: ["203.0.113.7/32"] } }],
      },
    });
  });

  test.each([
    ["one of the cloud's own ranges", { net: "10.65.0.3" }, "meets the cloud's own 10.0.0.0/8"],
    ["a host", { net: "10.0.0.11" }, "meets the cloud's own"],
    ["more than a /24", { net: "203.0.112.0/23" }, "is wider than a /24"],
  ])("%s is not blocked without a vote, and the card says why", async (_, args, why) => {
    const { planned } = await plannedBy(block, cluster, { args });

    expect(planned.severity).toBe("medium");
    expect(planned.terms.approvers).toBe(1);
    expect(planned.guards.map(({ text }) => text).join("\n")).toContain(why);
  });

  test("where nobody said which ranges are the cloud's own, a vote is needed", async () => {
    expect((await plannedBy(block, changeable(shop), { args: { net: "203.0.113.7" } })).planned.severity).toBe("medium");
  });

  test("the configuration may want more for every GlobalNetworkPolicy", async () => {
    const strict = changeable(shop, { changes: { ...rules, kinds: { GlobalNetworkPolicy: "high" } } });

    expect((await plannedBy(block, strict, { args: { net: "203.0.113.7" } })).planned.severity).toBe("high");
  });

  test("it comes before policies that have an order, and tiers before it are named", async () => {
    const egress = { types: ["Egress"], egress: [{ action: "Allow", protocol: "UDP" }] };
    const early = {
      ...shop,
      ...v3Keys("tiers", 1, () => ({ name: "security", spec: { order: 100, defaultAction: "Pass" } })),
      ...v3Keys("globalnetworkpolicies", 2, (i) =>
        i === 0
          ? { name: "first", spec: { order: -3, selector: "all()", ...egress } }
          : { name: "security.a", spec: { tier: "security", order: 1, selector: "a == 'b'", ...egress } },
      ),
    };
    const { planned } = await plannedBy(block, changeable(early, { changes: rules }), { args: { net: "203.0.113.7" } });

    expect(documentIn(planned)).toMatchObject({ spec: { order: -4 } });
    expect(planned.guards.map(({ text }) => text)).toContain("what policies of tier security allow is allowed before it");
  });

  test("what is blocked already is not blocked a second time, for that would stay when the second one ends", async () => {
    const [step] = (await plannedBy(block, cluster, { args: { net: "203.0.113.7" } })).planned.steps;
    const blocked = changeable({ ...shop, [step?.key ?? ""]: step?.after ?? "" }, { changes: rules });

    await expect(plannedBy(block, blocked, { args: { net: "203.0.113.7" } })).rejects.toMatchObject({
      failure: { code: "conflict", message: "chatops-block-203-0-113-7 is in force already" },
    });
  });

  test.each([
    ["what is no address", { net: "web-1" }, "`web-1` is no address or prefix"],
    ["too short a time", { net: "203.0.113.7", lasts: "10s" }, "`10s` is no time that this can last"],
    ["too long a time", { net: "203.0.113.7", lasts: "25h" }, "`25h` is no time that this can last"],
  ])("%s is refused", async (_, args, message) => {
    await expect(plannedBy(block, cluster, { args })).rejects.toMatchObject({ failure: { code: "usage", message } });
  });

  test("half an hour for an IPv6 prefix", async () => {
    const { planned, card } = await plannedBy(block, cluster, { args: { net: "2001:db8:1::/64", lasts: "30m" } });

    expect(planned).toMatchObject({ severity: "low", terms: { window: 1_800_000 } });
    expect(planned.steps[0]?.subject).toBe("GlobalNetworkPolicy chatops-block-2001-db8-1---64");
    expect(card.verdict.text).toContain("blocks 2001:db8:1::/64 for 30 min");
  });
});
