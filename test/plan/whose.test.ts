import { describe, expect, test } from "@jest/globals";
import { readDrafts } from "../../src/calico/draft/draft.js";
import type { Step } from "../../src/contract/plan.js";
import { stepsOf } from "../../src/plan/steps.js";
import { isBefore, isOurs } from "../../src/plan/whose.js";
import type { Stored, World } from "../../src/plan/world.js";
import { crud, writtenAndRead } from "../support/crud.js";
import { golden } from "../support/keyspace.js";

const keys = new Map(golden().map(({ key, value }) => [key, value]));

const world = (stored: Record<string, Stored> = {}): World => ({
  stored: new Map(Object.entries(stored)),
  pools: [],
  blocks: [],
  tiers: new Set(["default"]),
  vmNamespace: "openstack",
  endpointsOn: new Map(),
  generation: "plain",
  revision: 42,
});

const lying = (key: string, value: object): Record<string, Stored> => ({ [key]: { value: value as Stored["value"], revision: 7 } });

function stepFor(text: string, stored?: Record<string, Stored>): Step {
  const [draft] = readDrafts(text).drafts;
  if (draft === undefined) throw new Error(text);
  const [step] = stepsOf([{ action: "apply", draft }], world(stored)).steps;
  if (step === undefined) throw new Error("nothing to do");
  return step;
}

/** What the library adds whenever a policy is written, as the recorded keys have it. */
const asStored = (after: string): string => {
  const { metadata, ...rest } = JSON.parse(after) as { metadata: { name: string } };
  const annotations = { "projectcalico.org/metadata": JSON.stringify({ name: metadata.name }) };
  return JSON.stringify({ ...rest, metadata: { ...metadata, uid: "u-1", creationTimestamp: "2026-11-23T16:06:11Z", annotations } });
};

describe("whose write it is", () => {
  test("what calicoctl stored of a recorded document is ours, and nobody else's", () => {
    const written = crud().filter(({ argv, exitCode, stdin }) => exitCode === 0 && ["create", "apply"].includes(argv[1] ?? "") && stdin);
    const single = written.filter(({ stdin = "" }) => readDrafts(stdin).drafts.length === 1);

    expect(single.length).toBeGreaterThan(5);
    for (const { stdin = "" } of single) {
      const step = stepFor(stdin);
      expect(isOurs(step, asStored(step.after ?? ""))).toBe(true);
      expect(isOurs(step, null)).toBe(false);
      expect(isBefore(step, null)).toBe(true);
      const other = JSON.parse(step.after ?? "") as { spec: object };
      expect(isOurs(step, JSON.stringify({ ...other, spec: { ...other.spec, order: 12345 } }))).toBe(false);
    }
  });

  test("what calicoctl showed of its own write is ours", () => {
    for (const { document, read } of writtenAndRead()) expect(isOurs(stepFor(document), JSON.stringify(read))).toBe(true);
  });

  test("a recorded policy, changed: what lay there is before, what comes is ours", () => {
    const key = "/calico/resources/v3/projectcalico.org/networkpolicies/openstack/web-db-policy";
    const before = JSON.parse(keys.get(key) ?? "null") as { spec: object };
    const { metadata: _, ...rest } = before as { metadata?: object; spec: object };
    const document = JSON.stringify({
      ...rest,
      metadata: { name: "web-db-policy", namespace: "openstack" },
      spec: { ...before.spec, order: 401 },
    });

    const step = stepFor(document, lying(key, before));

    expect(step).toMatchObject({ action: "update", key, expect: 7 });
    expect(step.diff).toContain("-  order: 400\n+  order: 401");
    expect(step.diff).not.toContain("projectcalico.org/metadata");
    expect(isBefore(step, keys.get(key) ?? null)).toBe(true);
    expect(isOurs(step, keys.get(key) ?? null)).toBe(false);
    expect(isOurs(step, asStored(step.after ?? ""))).toBe(true);
    expect(JSON.parse(step.inverse ?? "")).toEqual({
      ...before,
      metadata: { name: "web-db-policy", namespace: "openstack", labels: { "projectcalico.org/tier": "default" } },
    });
  });

  test("a policy without types is put back with both, which felix had taken it for", () => {
    const key = "/calico/resources/v3/projectcalico.org/networkpolicies/openstack/hand-made";
    const raw = {
      kind: "NetworkPolicy",
      apiVersion: "projectcalico.org/v3",
      metadata: { name: "hand-made", namespace: "openstack", uid: "u-2" },
      spec: { ingress: [{ action: "Allow" }], selector: "a == 'b'" },
    };
    const step = stepFor(JSON.stringify({ ...raw, spec: { ...raw.spec, order: 3 } }), lying(key, raw));

    expect(JSON.parse(step.inverse ?? "")).toMatchObject({ metadata: { name: "hand-made" }, spec: { types: ["Ingress", "Egress"] } });
    expect(isBefore(step, JSON.stringify(raw))).toBe(true);
    const onlyIngress = { ...raw, spec: { ...raw.spec, types: ["Ingress"] } };
    expect(isBefore(step, JSON.stringify(onlyIngress))).toBe(false);
    const label = { "projectcalico.org/tier": "default" };
    const again = {
      ...raw,
      metadata: { ...raw.metadata, labels: label },
      spec: { ...raw.spec, tier: "default", types: ["Ingress", "Egress"] },
    };
    expect(isBefore(step, asStored(JSON.stringify(again)))).toBe(true);
  });

  test("up to v3.31 a policy lies under `default.NAME`: it is found there, and is the same one", () => {
    const key = "/calico/resources/v3/projectcalico.org/globalnetworkpolicies/default.web";
    const old = {
      kind: "GlobalNetworkPolicy",
      apiVersion: "projectcalico.org/v3",
      metadata: { name: "default.web", annotations: { "projectcalico.org/metadata": '{"name":"web"}' } },
      spec: { tier: "default", order: 1, selector: "a == 'b'", types: ["Ingress"] },
    };
    const step = stepFor(JSON.stringify({ ...old, metadata: { name: "web" }, spec: { ...old.spec, order: 2 } }), lying(key, old));

    expect(step).toMatchObject({ action: "update", key, subject: "GlobalNetworkPolicy web" });
    expect(JSON.parse(step.inverse ?? "")).toMatchObject({ metadata: { name: "web" }, spec: { order: 1 } });
    expect(isBefore(step, JSON.stringify(old))).toBe(true);
    const labels = { "projectcalico.org/tier": "default" };
    expect(isOurs(step, JSON.stringify({ ...old, metadata: { ...old.metadata, labels }, spec: { ...old.spec, order: 2 } }))).toBe(true);
  });

  test("what is deleted is gone, and before that it is as it was", () => {
    const key = "/calico/resources/v3/projectcalico.org/ippools/old-pool";
    const value = JSON.parse(keys.get(key) ?? "null") as object;
    const draft = { kind: "IPPool", name: "old-pool", namespace: null, object: { kind: "IPPool", metadata: { name: "old-pool" } } };
    const [step] = stepsOf([{ action: "delete", draft }], world(lying(key, value))).steps;
    if (step === undefined) throw new Error("nothing to do");

    expect(step).toMatchObject({ action: "delete", expect: 7, after: null });
    expect(isOurs(step, null)).toBe(true);
    expect(isOurs(step, JSON.stringify(value))).toBe(false);
    expect(isBefore(step, JSON.stringify(value))).toBe(true);
    expect(isBefore(step, "not json")).toBe(false);
  });
});
