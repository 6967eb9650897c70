import { describe, expect, test } from "@jest/globals";
import { Changes } from "../../src/config/raw-changes.js";
import type { Step } from "../../src/contract/plan.js";
import { usualRules } from "../../src/plan/rules.js";
import { severityOf, type Weighed } from "../../src/plan/severity.js";

const step = (kind: string, namespace?: string): Step => ({
  kind: "object",
  action: "update",
  subject: `${kind} ${namespace === undefined ? "web" : `${namespace}/web`}`,
  key: "/k",
  expect: 7,
  document: JSON.stringify({ kind, metadata: { name: "web", namespace } }),
  after: "{}",
  inverse: "{}",
  diff: "",
});
const weighed = (change: Partial<Weighed> = {}): Weighed => ({
  steps: [step("GlobalNetworkPolicy")],
  guards: [],
  traffic: { losing: 3, gaining: 0, flags: [] },
  rules: usualRules,
  low: null,
  ...change,
});

test("the usual rules are what an empty configuration means", () => {
  expect(usualRules).toEqual(Changes.parse({}));
});

describe("how grave a change is", () => {
  test.each([
    ["some endpoints lose something", {}, "medium", "3 endpoints lose something"],
    ["one gains something", { traffic: { losing: 0, gaining: 1, flags: [] } }, "medium", "1 endpoint gains something"],
    [
      "nothing changes for traffic",
      { traffic: { losing: 0, gaining: 0, flags: [] } },
      "medium",
      "no change is low that is not known to be harmless",
    ],
    ["more than 500 lose something", { traffic: { losing: 501, gaining: 0, flags: [] } }, "high", "501 endpoints lose something"],
    ["it is not known", { traffic: null }, "high", "what it does to traffic is not known"],
    [
      "a guard wants more approvers",
      { guards: [{ severity: "more_approvers" as const, text: "it selects everything" }] },
      "high",
      "it selects everything",
    ],
    ["a kind that acts on hosts", { steps: [step("FelixConfiguration")] }, "high", "a FelixConfiguration is touched"],
    ["BGP is cut", { traffic: { losing: 1, gaining: 0, flags: ["cuts BGP"] } }, "high", "it cuts BGP"],
    ["it opens to the world", { traffic: { losing: 0, gaining: 1, flags: ["opens to 0.0.0.0/0"] } }, "high", "it opens to 0.0.0.0/0"],
    [
      "the configuration wants more of a kind",
      { rules: { ...usualRules, kinds: { GlobalNetworkPolicy: "high" as const } } },
      "high",
      "severity for a GlobalNetworkPolicy",
    ],
    [
      "the configuration wants more in a namespace",
      { steps: [step("NetworkPolicy", "openstack")], rules: { ...usualRules, namespaces: { openstack: "high" as const } } },
      "high",
      "severity in namespace openstack",
    ],
    ["a harmless kind", { low: "it is far away" }, "low", "it is far away"],
    [
      "a harmless kind, of which the configuration wants more",
      { low: "it is far away", rules: { ...usualRules, kinds: { GlobalNetworkPolicy: "medium" as const } } },
      "medium",
      "wants medium severity",
    ],
  ])("%s", (_, change, severity, because) => {
    const found = severityOf(weighed(change));

    expect(found.severity).toBe(severity);
    expect(found.because.join("; ")).toContain(because);
  });
});
