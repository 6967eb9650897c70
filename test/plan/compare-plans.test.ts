import { describe, expect, test } from "@jest/globals";
import type { Plan, Step } from "../../src/contract/plan.js";
import { comparePlans } from "../../src/plan/compare-plans.js";

const step: Step = {
  kind: "object",
  action: "update",
  subject: "GlobalNetworkPolicy web",
  key: "/k/web",
  expect: 7,
  document: "{}",
  after: "{}",
  inverse: "{}",
  diff: "",
};
const plan: Pick<Plan, "steps" | "guards" | "traffic" | "severity"> = {
  steps: [step],
  guards: [{ severity: "more_approvers", text: "it drops all ingress of all 3,118 VM ports" }],
  severity: "medium",
  traffic: { digest: "d", text: "cuts", flags: ["cuts SSH"], losing: 100, gaining: 0, uncertain: 0 },
};
const traffic = plan.traffic as NonNullable<typeof plan.traffic>;

describe("a plan that is planned anew right before it is done", () => {
  test("fits while nothing that people voted on is another, however VMs come and go", () => {
    const now = {
      ...plan,
      guards: [{ severity: "more_approvers" as const, text: "it drops all ingress of all 3,121 VM ports" }],
      traffic: { ...traffic, digest: "other", text: "cuts more", losing: 110, flags: [] },
    };

    expect(comparePlans(plan, now)).toBeNull();
    expect(comparePlans({ ...plan, traffic: null }, plan)).toBeNull();
    expect(comparePlans(plan, { ...plan, severity: "low" })).toBeNull();
  });

  test.each([
    ["its object moved", { steps: [{ ...step, expect: 8 }] }, "GlobalNetworkPolicy web was changed since it was planned"],
    ["its object is gone", { steps: [{ ...step, expect: null, action: "create" as const }] }, "GlobalNetworkPolicy web was changed"],
    ["somebody did it already", { steps: [] }, "GlobalNetworkPolicy web is stored as wanted already"],
    ["it would touch another object", { steps: [step, { ...step, key: "/k/x", subject: "Tier x" }] }, "Tier x would be changed too"],
    [
      "a guard is new",
      { guards: [...plan.guards, { severity: "blocking" as const, text: "it cuts BGP" }] },
      "does not say that it cuts BGP",
    ],
    ["it is graver", { severity: "high" as const }, "it was of medium severity and is of high now"],
    ["it has a new risk", { traffic: { ...traffic, flags: ["cuts SSH", "opens to 0.0.0.0/0"] } }, "riskier: opens to 0.0.0.0/0"],
    [
      "it cuts more than a tenth more",
      { traffic: { ...traffic, losing: 111 } },
      "111 endpoints would lose something, and the plan says 100",
    ],
    ["it opens what it did not", { traffic: { ...traffic, gaining: 1 } }, "1 endpoint would gain something"],
    ["its effect is no longer known", { traffic: null }, "can no longer be computed"],
  ])("%s: it is stale", (_, now, why) => {
    expect(comparePlans(plan, { ...plan, ...now })).toContain(why);
  });

  test("a guard that was taken out of the plan is found", () => {
    expect(comparePlans({ ...plan, guards: [] }, plan)).toContain("does not say that it drops all ingress");
  });
});
