import { describe, expect, test } from "@jest/globals";
import label from "../../commands/label.js";
import { v3Keys } from "../support/objects.js";
import { changeable, plannedBy, shop } from "../support/planning.js";

const keys = {
  ...shop,
  ...v3Keys("hostendpoints", 1, () => ({
    name: "c1-eth0",
    labels: { zone: "a" },
    spec: { node: "c1", interfaceName: "eth0", expectedIPs: ["10.0.0.11"] },
  })),
};
const labelsAfter = async (text: string): Promise<unknown> => {
  const { planned } = await plannedBy(label, changeable(keys), { args: { kind: "hep", name: "c1-eth0", label: text } });
  const [step] = planned.steps;
  return step === undefined ? "nothing to do" : (JSON.parse(step.document) as { metadata: { labels: unknown } }).metadata.labels;
};

describe("label", () => {
  test("sets one, changes one, takes one away", async () => {
    expect(await labelsAfter("app=web")).toEqual({ zone: "a", app: "web" });
    expect(await labelsAfter("zone=b")).toEqual({ zone: "b" });
    expect(await labelsAfter("zone-")).toEqual({});
    expect(await labelsAfter("zone=a")).toBe("nothing to do");
  });

  test.each(["app", "=web", "a b=c", "app=web!", `app=${"x".repeat(64)}`])("`%s` is no label", async (text) => {
    await expect(labelsAfter(text)).rejects.toMatchObject({ failure: { code: "usage", message: `\`${text}\` is no label` } });
  });

  test("labels of Calico's own are refused, and so is every label of a VM", async () => {
    const { planned } = await plannedBy(label, changeable(keys), {
      args: { kind: "hep", name: "c1-eth0", label: "projectcalico.org/x=y" },
    });
    expect(planned.guards[0]).toMatchObject({ severity: "blocking", text: expect.stringContaining("Calico's and Neutron's own") });

    const vm = await plannedBy(label, changeable(keys), { args: { kind: "wep", name: "c1-openstack-d1-p1", label: "a=b" } });
    expect(vm.planned.guards[0]).toMatchObject({ severity: "blocking", text: expect.stringContaining("Neutron's driver") });
  });
});
