import { describe, expect, test } from "@jest/globals";
import del from "../../commands/delete.js";
import { v3Keys } from "../support/objects.js";
import { changeable, plannedBy, shop } from "../support/planning.js";

const allow = {
  order: 5,
  selector: "all()",
  types: ["Ingress"],
  ingress: [{ action: "Allow", protocol: "TCP", destination: { ports: [80] } }],
};
const keys = { ...shop, ...v3Keys("globalnetworkpolicies", 1, () => ({ name: "allow-http", spec: allow })) };

describe("delete", () => {
  test("says what it does to traffic, and how it is undone", async () => {
    const { planned, card } = await plannedBy(del, changeable(keys), { args: { kind: "gnp", name: "allow-http" } });

    expect(card.verdict.text).toBe("lab: cuts tcp/80 from anywhere to 3 VMs in 2 projects; opens nothing; 0 uncertain; 0 blocking");
    expect(card.verdict.detail).toBe("delete GlobalNetworkPolicy allow-http");
    expect(planned.steps).toMatchObject([{ action: "delete", expect: 7, after: null }]);
    expect(JSON.parse(planned.steps[0]?.inverse ?? "null")).toMatchObject({ metadata: { name: "allow-http" }, spec: allow });
    expect(JSON.stringify(card.sections)).toContain("undo: create it again (ready)");
  });

  test("a policy of Neutron's is not deleted", async () => {
    const { planned } = await plannedBy(del, changeable(keys), { args: { kind: "np", name: "ossg.default.g1" } });

    expect(planned.guards[0]).toMatchObject({ severity: "blocking", text: expect.stringContaining("is written by Neutron's driver") });
  });

  test.each([
    [
      "a mistyped name",
      { kind: "gnp", name: "alow-http" },
      { code: "not_found", hint: "did you mean `get globalnetworkpolicy allow-http`?" },
    ],
    ["a mistyped kind", { kind: "gnpp", name: "x" }, { code: "not_found", hint: "did you mean `gnp`?" }],
    ["a namespace for what has none", { kind: "gnp", name: "allow-http", namespace: "openstack" }, { code: "usage" }],
    ["several at once", { kind: "gnp", name: "allow*" }, { code: "not_found" }],
  ])("%s is refused", async (_, args, failure) => {
    await expect(plannedBy(del, changeable(keys), { args })).rejects.toMatchObject({ failure });
  });

  test("a name in two namespaces must be told apart", async () => {
    const twice = { ...shop, ...v3Keys("networkpolicies", 2, (i) => ({ name: `${["a", "b"][i]}/web`, spec: { selector: "all()" } })) };

    await expect(plannedBy(del, changeable(twice), { args: { kind: "np", name: "web" } })).rejects.toMatchObject({
      failure: { code: "ambiguous", hint: "say which one: -n a" },
    });
  });
});
