import { describe, expect, test } from "@jest/globals";
import get from "../../commands/get.js";
import { toFailure } from "../../src/contract/failure.js";
import type { View } from "../../src/contract/view.js";
import { ask, fakeCluster } from "../support/cluster.js";
import { reading, session } from "../support/facts.js";
import { goldenKeys } from "../support/keyspace.js";
import { v3Keys } from "../support/objects.js";

const recorded = goldenKeys();
const lab = fakeCluster({ keys: recorded });
const refusal = (args: Record<string, unknown>, cluster = lab) => ask(get, cluster, args).then(() => null, toFailure);
const tableOf = (card: View) => card.sections.find((section) => section.kind === "table");
const codeOf = (card: View): string => card.sections.flatMap((section) => (section.kind === "code" ? [section.text] : [])).join();

describe("get of a kind", () => {
  test("is a table with the columns that matter, and says how many there are", async () => {
    const card = await ask(get, lab, { kind: "gnp" });
    const table = tableOf(card);

    expect(card.verdict.text).toBe("lab: 3 GlobalNetworkPolicies");
    expect(table?.columns.map(({ title }) => title)).toEqual(["name", "tier", "order", "selects", "types", "in", "out", "special"]);
    expect(table?.rows[0]).toEqual(["default-deny-all", "default", "5000", "all()", "Ingress, Egress", "1", "1", "-"]);
    expect(card.footer[0]).toContain("etcd revision 42");
  });

  test("that is namespaced shows all namespaces; security groups are one line each namespace", async () => {
    const card = await ask(get, lab, { kind: "np" });

    expect(card.verdict.text).toBe("lab: 10 NetworkPolicies");
    expect(tableOf(card)?.rows.map(([namespace, name]) => `${namespace}/${name}`)).toEqual([
      "default/frontend-allow-http",
      "frontend/frontend-allow-http",
      "openstack/web-db-policy",
      "production/web-db-policy",
      "staging/deny-all-default",
    ]);
    expect(card.sections).toContainEqual(
      expect.objectContaining({
        kind: "facts",
        facts: expect.arrayContaining([{ label: "security groups of Neutron in openstack", value: "4" }]),
      }),
    );
    expect(JSON.stringify(card.sections)).toContain("4 policies outside of openstack, where all VMs are");
    expect(card.actions.map(({ line }) => line)).toContain("get networkpolicy ossg.*");
  });

  test("in one namespace shows that one only", async () => {
    const card = await ask(get, lab, { kind: "np", namespace: "staging" });

    expect(card.verdict.text).toBe("lab: 1 NetworkPolicy in namespace staging");
    expect(tableOf(card)?.rows).toHaveLength(1);
  });

  test("works for every kind in a real keyspace, and never prints an object as [object Object]", async () => {
    const overview = tableOf(await ask(get, lab, {}));

    expect(overview?.rows.length).toBeGreaterThan(15);
    for (const [kind = "", n] of overview?.rows ?? []) {
      const card = await ask(get, lab, { kind });
      expect(card.verdict.text).toContain(`lab: ${n} `);
      expect(JSON.stringify(card)).not.toMatch(/\[object Object\]|undefined/);
      expect(card.sections.some((section) => section.title === "cannot be read")).toBe(false);
    }
  });

  test("with tens of thousands of endpoints counts them by host and says how to see one host's", async () => {
    const endpoints = v3Keys("workloadendpoints", 20_000, (i) => ({
      name: `openstack/compute--${i % 30}-openstack-d${i}-p${i}`,
      spec: { node: `compute-${i % 30}` },
    }));
    const big = fakeCluster({ keys: endpoints });

    const card = await ask(get, big, { kind: "wep" });
    const one = await ask(get, big, { kind: "wep", name: "compute-7" });

    expect(card.verdict.text).toBe("lab: 20,000 WorkloadEndpoints");
    expect(card.verdict.detail).toMatch(/^0 shown; the rest with `get workloadendpoint compute-\d+`$/);
    expect(JSON.stringify(card.sections)).toContain('"label":"10 more hosts"');
    expect(one.verdict.text).toMatch(/^lab: 66[67] WorkloadEndpoints of compute-7$/);
    expect(tableOf(one)?.rows).toHaveLength(200);
    expect(one.actions[0]?.line).toMatch(/^get workloadendpoint compute--7-openstack-d\d\*$/);
  });

  test("with thousands of security groups shows one how to get at a few, each time narrower", async () => {
    const groups = v3Keys("networkpolicies", 3000, (i) => ({ name: `openstack/ossg.default.${(i * 7919) % 3000}` }));
    const many = fakeCluster({ keys: groups });

    const all = await ask(get, many, { kind: "np" });
    const some = await ask(get, many, { kind: "np", name: "ossg.*" });
    const few = await ask(get, many, { kind: "np", name: "ossg.default.29*" });

    expect(all.actions[0]?.line).toBe("get networkpolicy ossg.*");
    expect(some.actions[0]?.line).toMatch(/^get networkpolicy ossg\.default\.\d\*$/);
    expect(few.verdict).toMatchObject({ text: "lab: 111 NetworkPolicies named ossg.default.29*", detail: "all are shown" });
  });

  test("names the keys whose value is no object, and still shows the others", async () => {
    const cluster = fakeCluster({
      keys: { ...v3Keys("tiers", 1, () => ({ name: "good", spec: { order: 5 } })), [`${root}/tiers/broken`]: "{" },
    });

    const card = await ask(get, cluster, { kind: "tier" });

    expect(card.verdict).toMatchObject({ light: "warn", text: "lab: 2 Tiers, 1 unreadable" });
    expect(JSON.stringify(card.sections)).toContain(`${root}/tiers/broken`);
    expect(tableOf(card)?.rows).toContainEqual(["good", "5", "-"]);
  });
});

const root = "/calico/resources/v3/projectcalico.org";

describe("get of one object", () => {
  test("is YAML as stored, with the mod revision as resourceVersion", async () => {
    const card = await ask(get, lab, { kind: "gnp", name: "default-deny-all" });

    expect(card.verdict.text).toMatch(/^lab: GlobalNetworkPolicy `default-deny-all`, \d+ lines$/);
    expect(codeOf(card)).toContain('kind: GlobalNetworkPolicy\nmetadata:\n  name: default-deny-all\n  resourceVersion: "7"');
    expect(codeOf(card)).toContain("selector: all()");
  });

  test("that is in two namespaces shows both and needs no guess", async () => {
    const card = await ask(get, lab, { kind: "np", name: "web-db-policy" });

    expect(card.verdict.text).toBe("lab: 2 NetworkPolicies named web-db-policy");
    expect(codeOf(await ask(get, lab, { kind: "np", name: "web-db-policy", namespace: "production" }))).toContain("namespace: production");
  });

  test("never shows a password but keeps the reference to one", async () => {
    const keys = v3Keys("bgppeers", 1, () => ({
      name: "rr",
      annotations: { last: '{"spec":{"password":"hunter2"}}' },
      spec: { peerIP: "10.0.0.1", password: { secretKeyRef: { name: "bgp-secrets", key: "rr" }, plain: "x" }, authPassword: "hunter2" },
    }));

    const card = await ask(get, fakeCluster({ keys }), { kind: "bgppeer", name: "rr" });
    const all = JSON.stringify([card, await ask(get, fakeCluster({ keys }), { kind: "bgppeer" })]);

    expect(codeOf(card)).toMatch(/secretKeyRef:\n +name: bgp-secrets\n +key: rr\n/);
    expect(all).not.toContain("hunter2");
  });

  test("under the key of an older Calico is found and said to be so", async () => {
    const keys = v3Keys("globalnetworkpolicies", 1, () => ({ name: "default.smtp" }));

    const card = await ask(get, fakeCluster({ keys }), { kind: "gnp", name: "smtp" });

    expect(JSON.stringify(card.sections)).toContain("stored as default.smtp: calicoctl from v3.32 on lists it");
  });

  test("of an endpoint is found by its port", async () => {
    const card = await ask(get, lab, { kind: "wep", name: "3c7248c1-3a04-584e-82c6-6c3869b14a66" });

    expect(codeOf(card)).toContain("endpoint: 3c7248c1-3a04-584e-82c6-6c3869b14a66");
  });
});

describe("what is not there", () => {
  test.each([
    [{ kind: "gloablnetworkpolicy" }, "did you mean `get globalnetworkpolicy`?"],
    [{ kind: "gnp", name: "default-deny-al" }, "did you mean `get globalnetworkpolicy default-deny-all`?"],
    [
      { kind: "np", name: "web-db-policy", namespace: "frontend" },
      "it exists in namespace openstack, production: `get networkpolicy web-db-policy -n openstack`",
    ],
    [{ kind: "np", name: "web-db-polic", namespace: "frontend" }, "did you mean `get networkpolicy web-db-policy`?"],
    [{ kind: "wep", name: "10.0.0.10" }, "an endpoint is found by host, instance or port here; by its address with `policies 10.0.0.10`"],
    [{ kind: "kcc", name: "x" }, "there is no KubeControllersConfiguration at all in etcd"],
    [{ kind: "gnp", name: "zzzzzzzzzzzz" }, "`get globalnetworkpolicy` lists all 3"],
  ])("%j is answered with the next step", async (args, hint) => {
    expect(await refusal(args)).toMatchObject({ code: "not_found", hint });
  });

  test("a namespace for a global kind is a usage error; etcd away is told as it is", async () => {
    expect(await refusal({ kind: "gnp", namespace: "openstack" })).toMatchObject({
      code: "usage",
      message: "a GlobalNetworkPolicy has no namespace",
    });
    expect(await refusal({ kind: "gnp" }, fakeCluster({ etcdDown: true }))).toMatchObject({ code: "unreachable" });
  });

  test("a kind that is not stored at all is none, not an error", async () => {
    expect((await ask(get, fakeCluster(), { kind: "gnp" })).verdict).toMatchObject({
      text: "lab: 0 GlobalNetworkPolicies",
      detail: "none is stored",
    });
  });
});

describe("objects that only BIRD's configuration can put to use", () => {
  const bare = Object.fromEntries(["ctl1", "c1", "c2", "rr1"].map((name) => [name, reading(session("10.0.0.9", { naming: "bare" }))]));

  test("are said to change nothing when no host's BIRD has protocols of Calico's renderer", async () => {
    const card = await ask(get, fakeCluster({ keys: recorded, birds: bare }), { kind: "bgppeer" });

    expect(JSON.stringify(card.sections)).toContain("no consumer found on 4 hosts");
    expect(JSON.stringify(card.sections)).toContain("so a BGPPeer changes nothing");
  });

  test("are said to be in use where there are some, and not judged when no BIRD answers", async () => {
    const silent = { ok: false as const, failure: toFailure(new Error("x")) };
    const none = Object.fromEntries(Object.keys(bare).map((name) => [name, silent]));

    expect(JSON.stringify((await ask(get, lab, { kind: "bgppeer" })).sections)).toContain("in use: BIRD's protocols are named by");
    expect(JSON.stringify((await ask(get, fakeCluster({ keys: recorded, birds: none }), { kind: "no" })).sections)).toContain(
      "was not checked",
    );
  });
});
