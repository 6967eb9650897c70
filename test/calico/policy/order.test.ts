import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { byteOrder } from "../../../src/calico/byte-order.js";
import { keyGeneration, tieRuleOf } from "../../../src/calico/policy/generation.js";
import { policyOrder, tierOrder } from "../../../src/calico/policy/order.js";
import { governs, storedPolicy } from "../../../src/calico/policy/policy.js";
import { lastWord } from "../../../src/calico/policy/rules.js";

const spec = { ingress: [], egress: [] };
const global = (name: string, order: number | null = null) =>
  storedPolicy("GlobalNetworkPolicy", { namespace: null, name }, { ...spec, order });
const local = (path: string, order: number | null = null) => {
  const [namespace = "", name = ""] = path.split("/");
  return storedPolicy("NetworkPolicy", { namespace, name }, { ...spec, order });
};
const names = (rule: "name" | "key", ...policies: ReturnType<typeof global>[]) => policyOrder(policies, rule).map(({ name }) => name);

describe("the order of policies", () => {
  test("is by order, with those that have none last", () => {
    expect(names("name", global("a"), global("b", 5000), global("c", -1), global("d", 0))).toEqual(["c", "d", "b", "a"]);
  });

  test("without order is by name from v3.32 on: default-deny-all comes before every security group, zzz after them", () => {
    const group = local("openstack/ossg.default.11");

    expect(names("name", group, global("zzz-deny"), global("default-deny-all"))).toEqual([
      "default-deny-all",
      "ossg.default.11",
      "zzz-deny",
    ]);
    expect(names("name", global("a"), global("a-b"), local("x/a"))).toEqual(["a-b", "a", "a"]);
  });

  test("without order is by key up to v3.31: every global policy comes before the security groups", () => {
    const group = local("openstack/ossg.default.11");

    expect(names("key", group, global("default.zzz-deny"), local("aaa/default.p"))).toEqual([
      "default.p",
      "default.zzz-deny",
      "ossg.default.11",
    ]);
  });
});

test("tiers go by order, those that only policies name come last, and the built-in ones need not be stored", () => {
  const stored = [
    { name: "security", order: 100, end: "Deny" as const },
    { name: "late", order: null, end: "Deny" as const },
  ];

  expect(tierOrder(stored, ["nowhere", "default"]).map(({ name, exists }) => (exists ? name : `${name}?`))).toEqual([
    "security",
    "kube-admin",
    "default",
    "kube-baseline",
    "late",
    "nowhere?",
  ]);
});

describe("the generation of keys", () => {
  test.each([
    [["default.a", "default.b"], "prefixed", "key"],
    [["a", "openstack/b", "platform.c"], "plain", "name"],
    [["a", "default.b"], "mixed", "name"],
    [["openstack/ossg.default.11", "platform.c", "knp.default.x"], "none", "name"],
  ] as const)("of %j is %s", (paths, kind, rule) => {
    expect(keyGeneration(paths).kind).toBe(kind);
    expect(tieRuleOf(keyGeneration(paths))).toBe(rule);
  });

  test("finds policies that are stored twice, each in its own namespace", () => {
    expect(keyGeneration(["smtp", "default.smtp", "openstack/default.web", "production/web"]).twice).toEqual(["smtp"]);
  });
});

test("types that are not stored mean both directions", () => {
  expect([governs(local("openstack/ossg.default.1"), "ingress"), governs(local("openstack/ossg.default.1"), "egress")]).toEqual([
    true,
    true,
  ]);
  const ingressOnly = storedPolicy("GlobalNetworkPolicy", { namespace: null, name: "x" }, { ...spec, types: ["Ingress"] });
  expect([governs(ingressOnly, "ingress"), governs(ingressOnly, "egress")]).toEqual([true, false]);
});

test("the last word of a policy is its first rule that meets everything", () => {
  const of = (ingress: Record<string, unknown>[]) =>
    lastWord(storedPolicy("GlobalNetworkPolicy", { namespace: null, name: "x" }, { ...spec, ingress }), "ingress");

  expect(of([{ action: "Log" }, { action: "Deny", source: {}, destination: { nets: [] } }, { action: "Allow" }])).toBe("Deny");
  expect(
    of([
      { action: "Allow", protocol: "TCP" },
      { action: "Deny", ipVersion: 4 },
    ]),
  ).toBeNull();
  expect(of([{ action: "Pass", source: { selector: "all()" } }])).toBeNull();
});

test("names are compared as bytes of UTF-8", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
      expect(Math.sign(byteOrder(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});
