import { describe, expect, test } from "@jest/globals";
import { readDrafts } from "../../src/calico/draft/draft.js";
import type { Cluster } from "../../src/cluster/cluster.js";
import { planned } from "../../src/command/planning.js";
import { fail } from "../../src/contract/failure.js";
import { comparePlans } from "../../src/plan/compare-plans.js";
import { type Wanted, wantedOf } from "../../src/plan/wanted.js";
import { fakeCluster } from "../support/cluster.js";
import { v3Keys } from "../support/objects.js";
import { changeable, document, shop } from "../support/planning.js";

const work = { signal: AbortSignal.timeout(60_000), request: "r1", note: () => {}, progress: () => {}, document: null, now: () => 0 };
const wantedIn = (text: string): Wanted[] => readDrafts(text).drafts.map((draft) => ({ action: "apply", draft }));
const planOf = (cluster: Cluster, text: string) => planned(cluster, wantedIn(text), {}, work);
const deny = document("GlobalNetworkPolicy", "deny-ssh", {
  order: 5,
  selector: "has(projectcalico.org/namespace)",
  types: ["Ingress"],
  ingress: [{ action: "Deny", protocol: "TCP", destination: { ports: [22] } }],
});
const refusing = (failure: Error): Partial<Cluster> => {
  const { calicoctl } = fakeCluster();
  const said = { ok: false as const, failure: (failure as ReturnType<typeof fail>).failure };
  return { calicoctl: calicoctl === null ? null : { ...calicoctl, validate: async () => said } };
};

describe("planning", () => {
  test("a step holds all that is needed to do it once, to know it again, and to undo it", async () => {
    const { steps, traffic, severity, terms } = await planOf(changeable(shop), deny);

    expect(steps).toEqual([
      {
        kind: "object",
        action: "create",
        subject: "GlobalNetworkPolicy deny-ssh",
        key: "/calico/resources/v3/projectcalico.org/globalnetworkpolicies/deny-ssh",
        expect: null,
        inverse: null,
        document: expect.stringContaining('"name":"deny-ssh"'),
        after: expect.stringContaining('"projectcalico.org/tier":"default"'),
        diff: expect.stringContaining("+  name: deny-ssh"),
      },
    ]);
    expect(traffic).toMatchObject({ text: expect.stringContaining("cuts tcp/22"), digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect({ severity, terms }).toEqual({ severity: "medium", terms: { approvers: 1, self: false, window: 600_000, ends: "revert" } });
  });

  test("planned again from its own steps it is the same plan, until an object moves", async () => {
    const before = await planOf(changeable(shop), deny);
    const again = await planned(changeable(shop), wantedOf(before.steps), {}, work);

    expect(again).toEqual(before);
    expect(comparePlans(before, again)).toBeNull();
    const taken = changeable({ ...shop, ...v3Keys("globalnetworkpolicies", 1, () => ({ name: "deny-ssh", spec: { order: 1 } })) });
    expect(comparePlans(before, await planned(taken, wantedOf(before.steps), {}, work))).toContain("was changed since it was planned");
  });

  test("votes survive as long as the effect by groups is the same: another port is another digest, one VM more is not", async () => {
    const of = async (text: string, keys = shop) => (await planOf(changeable(keys), text)).traffic?.digest;
    const one = v3Keys("workloadendpoints", 1, () => ({
      name: "openstack/c1-openstack-d9-p9",
      labels: {
        "sg.projectcalico.org/openstack-g1": "web",
        "projectcalico.org/namespace": "openstack",
        "projectcalico.org/openstack-project-name": "shop",
      },
      spec: { orchestrator: "openstack", node: "c1", workload: "d9", endpoint: "p9", ipNetworks: ["10.65.0.9/32"] },
    }));

    expect(await of(deny, { ...shop, ...one })).toBe(await of(deny));
    expect(await of(deny.replace("- 22", "- 443"))).not.toBe(await of(deny));
  });

  test("without rules for this cluster it can be looked at and not done", async () => {
    const plan = await planOf(fakeCluster({ keys: shop }), deny);

    expect(plan.guards[0]).toEqual({ severity: "blocking", text: "changes are not configured for this cluster" });
    expect(plan.terms.approvers).toBe(1);
  });

  test("what calicoctl refuses is refused, in its words; what it cannot say is a note", async () => {
    const refused = await planOf(
      changeable(shop, refusing(fail("tool_failed", "calicoctl failed: hit error: error with field Selector"))),
      deny,
    );
    expect(refused.guards[0]).toEqual({
      severity: "blocking",
      text: "GlobalNetworkPolicy deny-ssh is refused by calicoctl: calicoctl failed: hit error: error with field Selector",
    });

    const old = await planOf(changeable(shop, refusing(fail("tool_missing", "this calicoctl has no `validate`"))), deny);
    expect(old.guards).toContainEqual({
      severity: "note",
      text: "1 document was not validated by calicoctl: this calicoctl has no `validate`",
    });
    const none = await planOf(changeable(shop, { calicoctl: null }), deny);
    expect(none.guards).toContainEqual({ severity: "note", text: "there is no calicoctl here: no document was validated" });
  });

  test("an effect that cannot be computed is said to be unknown, and the change is of high severity", async () => {
    let asked = 0;
    const cluster = changeable(shop);
    const gone = { ok: false as const, failure: fail("unreachable", "etcd did not answer").failure };
    const etcd: Cluster["etcd"] = {
      ...cluster.etcd,
      read: (...args) => (asked++ === 0 ? cluster.etcd.read(...args) : Promise.resolve(gone)),
    };
    const plan = await planOf({ ...cluster, etcd }, deny);

    expect(plan).toMatchObject({ traffic: null, effect: null, unknown: "etcd did not answer", severity: "high", terms: { approvers: 2 } });
  });

  test("the same object twice is refused, and what is as wanted is no step", async () => {
    await expect(planOf(changeable(shop), `${deny}---\n${deny}`)).rejects.toMatchObject({
      failure: { code: "usage", message: "GlobalNetworkPolicy deny-ssh is there twice" },
    });
    const { steps } = await planOf(changeable(shop), deny);
    const stored = changeable({ ...shop, [steps[0]?.key ?? ""]: steps[0]?.after ?? "" });
    expect(await planOf(stored, deny)).toMatchObject({ steps: [], unchanged: ["GlobalNetworkPolicy deny-ssh"] });
  });

  test("more than 200 objects at a time are too many", async () => {
    const many = Array.from({ length: 201 }, (_, i) => document("GlobalNetworkSet", `set-${i}`, { nets: [] })).join("---\n");

    await expect(planOf(changeable({}), many)).rejects.toMatchObject({ failure: { code: "too_large" } });
  });

  test("a cluster of v3.31 gets new policies under the keys that its Calico uses", async () => {
    const old = {
      ...shop,
      ...v3Keys("globalnetworkpolicies", 1, () => ({
        name: "default.other",
        spec: { tier: "default", selector: "a == 'b'", types: ["Ingress"] },
      })),
    };
    const { steps } = await planOf(changeable(old), deny);

    expect(steps[0]?.key).toBe("/calico/resources/v3/projectcalico.org/globalnetworkpolicies/default.deny-ssh");
  });

  test("where a newer calicoctl would make a second policy beside an old key, that is refused", async () => {
    const spec = { tier: "default", order: 1, selector: "a == 'b'", types: ["Ingress"] };
    const old = { ...shop, ...v3Keys("globalnetworkpolicies", 1, () => ({ name: "default.deny-ssh", spec })) };
    const { guards, steps, effect } = await planOf(changeable(old), deny);

    expect(steps).toMatchObject([{ action: "update", key: expect.stringMatching(/default\.deny-ssh$/) }]);
    expect(effect?.steps).toEqual([{ action: "update", object: "GlobalNetworkPolicy default.deny-ssh" }]);
    expect(guards[0]).toMatchObject({ severity: "blocking", text: expect.stringContaining("is stored as default.deny-ssh") });
  });
});
