import { describe, expect, test } from "@jest/globals";
import policies from "../../commands/policies.js";
import { toFailure } from "../../src/contract/failure.js";
import type { View } from "../../src/contract/view.js";
import { lines, rows } from "../support/card.js";
import { ask, fakeCluster } from "../support/cluster.js";
import { goldenKeys } from "../support/keyspace.js";
import { v3Keys } from "../support/objects.js";
import { globalPolicy, policy, securityGroup, sg, vm, vms } from "../support/policies.js";

const recorded = fakeCluster({ keys: goldenKeys() });
const gnp = (name: string, spec: Record<string, unknown>) => globalPolicy(name, { selector: "all()", types: ["Ingress"], ...spec });
const np = (name: string, spec: Record<string, unknown>) => policy(name, { types: ["Ingress"], ...spec });
const cloud = { ...securityGroup("g1"), ...vms(3, (i) => vm(i + 1, { labels: { [`${sg}g1`]: "web", app: i === 0 ? "db" : "web" } })) };
const cardOf = (keys: Record<string, string>, args = {}): Promise<View> => ask(policies, fakeCluster({ keys }), args);

describe("policies", () => {
  test("of a real keyspace are in the order of evaluation, security groups as one row", async () => {
    const card = await ask(policies, recorded, {});

    expect(card.verdict.text).toBe(
      "lab: GlobalNetworkPolicy `default-deny-all` drops all ingress of all 24 VM ports, before any security group (+2 more)",
    );
    expect(card.verdict.detail).toBe("8 policies of people and 5 security groups over 24 VM ports and 5 host interfaces");
    expect(rows(card).map((row) => row.slice(1))).toEqual([
      ["platform", "10", "GNP platform.allow-etcd-and-bgp", "ingress, egress", "5 host interfaces", "after it"],
      ["security", "20", "GNP security.block-bad-nets", "ingress", "all 24 VM ports, 5 host interfaces", "after it"],
      ["default", "100", "NP default/frontend-allow-http", "ingress", "1 VM port", "after it"],
      ["default", "100", "NP frontend/frontend-allow-http", "ingress", "1 VM port", "after it"],
      ["default", "400", "NP openstack/web-db-policy", "ingress", "4 VM ports", "after it"],
      ["default", "5000", "GNP default-deny-all", "ingress, egress", "all 24 VM ports, 5 host interfaces", "after it"],
      ["default", "none", "NP staging/deny-all-default", "ingress, egress", "nothing", "after it"],
      ["default", "none", "5 security groups (Neutron)", "both (none stored)", "20 VM ports", "-"],
      ["default", "none", "NP production/web-db-policy", "ingress, egress", "1 VM port", "before it"],
    ]);
    expect(card.footer.join(" ")).toContain("3 staged policies are not in force");
  });

  test("of a sound cloud are green", async () => {
    expect(
      (await cardOf({ ...cloud, ...gnp("allow-dns", { order: 10, ingress: [{ action: "Allow", protocol: "UDP" }] }) })).verdict,
    ).toEqual({
      light: "ok",
      text: "lab: 1 policy of people and 1 security group over 3 VM ports",
      detail: "1 evaluated before the security groups, none decides on all traffic",
    });
  });

  test.each([
    [
      "no order but an earlier name",
      gnp("default-deny-all", { ingress: [{ action: "Deny" }] }),
      "bad",
      "drops all ingress of all 3 VM ports, before any security group",
    ],
    ["any order", gnp("zzz", { order: 9e9, ingress: [{ action: "Deny" }] }), "bad", "drops all ingress of all 3 VM ports, before"],
    [
      "a few VMs",
      gnp("zzz", { order: 1, selector: "app == 'db'", ingress: [{ action: "Deny" }] }),
      "warn",
      "drops all ingress of 1 VM port, before",
    ],
    [
      "an allow for all",
      gnp("open", { order: 1, ingress: [{ action: "Allow", source: {} }] }),
      "warn",
      "allows all ingress of all 3 VM ports",
    ],
    [
      "a tier that does not pass",
      {
        ...gnp("t.x", { tier: "t", order: 1, ingress: [{ action: "Allow", protocol: "TCP" }] }),
        ...v3Keys("tiers", 1, () => ({ name: "t", spec: { order: 5 } })),
      },
      "bad",
      "tier t drops all ingress of all 3 VM ports that its policies do not decide on",
    ],
    [
      "a namespace without VMs",
      np("production/x", { ingress: [] }),
      "warn",
      "NetworkPolicy `production/x` selects nothing: namespace production has no VM",
    ],
    ["a label nobody has", gnp("x", { order: 1, selector: "role == 'db'" }), "warn", "GlobalNetworkPolicy `x` selects nothing"],
    ["a namespace selector", gnp("x", { order: 1, namespaceSelector: "env == 'prod'" }), "warn", "GlobalNetworkPolicy `x` selects nothing"],
    ["a selector with a mistake", gnp("x", { order: 1, selector: "app = 'x'" }), "bad", "has a selector that cannot be read: expected =="],
    [
      "a tier that is not there",
      gnp("x", { tier: "nowhere", ingress: [{ action: "Allow", protocol: "TCP" }] }),
      "warn",
      "tier nowhere does not exist, and 1 policy names it",
    ],
    [
      "a policy stored twice",
      { ...gnp("default.smtp", {}), ...gnp("smtp", {}) },
      "bad",
      "1 policy is stored twice, as default.<name> and <name>: smtp",
    ],
    [
      "an old key beside a new one",
      { ...gnp("default.smtp", {}), ...gnp("dns", {}) },
      "warn",
      "1 policy keeps the key of an older Calico beside newer ones: default.smtp",
    ],
    [
      "a VM without security group",
      vms(1, () => vm(9)),
      "warn",
      "1 VM port without any security group or policy: everything is dropped there",
    ],
    [
      "a security group without policy",
      vms(1, () => vm(9, { labels: { [`${sg}g2`]: "x" } })),
      "bad",
      "1 security group of VMs has no policy in etcd: g2",
    ],
    [
      "a value that is none",
      { "/calico/resources/v3/projectcalico.org/networkpolicies/openstack/x": "{" },
      "warn",
      "1 key in etcd cannot be read and is left out",
    ],
  ] as const)("complain of %s", async (_, keys, light, text) => {
    const card = await cardOf({ ...cloud, ...keys });

    expect(card.verdict.light).toBe(light);
    expect(lines(card, "what is wrong").join("\n")).toContain(text);
  });

  test.each([
    ["a later name without order", gnp("zzz-deny", { ingress: [{ action: "Deny" }] })],
    [
      "a rest that is passed on",
      {
        ...gnp("t.x", { tier: "t", order: 1, ingress: [{ action: "Pass" }] }),
        ...v3Keys("tiers", 1, () => ({ name: "t", spec: { order: 5 } })),
      },
    ],
    [
      "a tier that passes by itself",
      {
        ...gnp("t.x", { tier: "t", order: 1, ingress: [{ action: "Allow", protocol: 6 }] }),
        ...v3Keys("tiers", 1, () => ({ name: "t", spec: { order: 5, defaultAction: "Pass" } })),
      },
    ],
    [
      "a deny behind a policy that has decided",
      {
        ...gnp("a", { tier: "t", order: 1, ingress: [{ action: "Pass" }] }),
        ...gnp("b", { tier: "t", order: 2, ingress: [{ action: "Deny" }] }),
        ...v3Keys("tiers", 1, () => ({ name: "t", spec: { order: 5 } })),
      },
    ],
    ["a VM without security group whose profile decides", vms(1, () => vm(9, { spec: { profiles: ["open"] } }))],
  ])("do not complain of %s", async (_, keys) => {
    expect((await cardOf({ ...cloud, ...keys })).verdict.light).toBe("ok");
  });

  test("of an older Calico tie by key: a global policy without order comes before the security groups whatever its name", async () => {
    const card = await cardOf({ ...cloud, ...gnp("default.zzz", { ingress: [{ action: "Allow", protocol: "TCP" }] }) });

    expect(rows(card)[0]?.[3]).toBe("GNP default.zzz");
    expect(card.footer.join(" ")).toContain("same order: by key, as up to v3.31");
  });

  test("over 3,000 security groups and 20,000 ports are answered in time", async () => {
    const ids = Array.from({ length: 3000 }, (_, i) => `g${i}`);
    const groups = Object.assign({}, ...ids.map((id) => securityGroup(id)));
    const ports = vms(20_000, (i) => vm(i, { labels: { [`${sg}g${i % 3000}`]: "x", app: `a${i % 7}` } }));
    const human = Object.assign(
      {},
      ...Array.from({ length: 20 }, (_, i) =>
        gnp(`p${i}`, { order: i, selector: `app == 'a${i}'`, ingress: [{ action: "Allow", protocol: "TCP" }] }),
      ),
    );
    const began = performance.now();

    const card = await cardOf({ ...groups, ...ports, ...human });

    expect(performance.now() - began).toBeLessThan(15_000);
    expect(rows(card)).toHaveLength(21);
    expect(rows(card)[20]).toEqual([
      "21",
      "default",
      "none",
      "3,000 security groups (Neutron)",
      "both (none stored)",
      "all 20,000 VM ports",
      "-",
    ]);
  }, 20_000);
});

describe("policies of a VM", () => {
  test("are those that govern it in each direction, with what is never reached", async () => {
    const card = await ask(policies, recorded, { vm: "3c7248c1-3a04-584e-82c6-6c3869b14a66" });

    expect(card.verdict.text).toBe(
      "lab: VM 10.0.0.10: `default-deny-all` drops all ingress before its security groups; `default-deny-all` allows all egress before its security groups",
    );
    expect(lines(card, "ingress")).toEqual([
      "tier security, order 200, at its end Pass",
      "1. GlobalNetworkPolicy security.block-bad-nets, order 20: Log, Deny, Pass; passes on all ingress that reaches it",
      "tier default, order 1000000, at its end Deny",
      "1. GlobalNetworkPolicy default-deny-all, order 5000: Deny; drops all ingress that reaches it",
      '2. security group "default" (openstack/ossg.default.2117df17-0417-5fed-b68a-cd0c11ba6850), no order: 2 Allow (never reached)',
      '3. security group "web" (openstack/ossg.default.cac42416-efe7-5cfd-84d4-1c46818c6dc6), no order: 3 Allow (never reached)',
      "nothing goes beyond this",
    ]);
  });

  test.each([
    ["instance", "d1"],
    ["port", "p1"],
    ["address", "10.65.0.1"],
    ["floating IP", "203.0.113.9"],
    ["name in DNS", "vm1"],
    ["endpoint", "c1-openstack-d1-p1"],
  ])("are found by its %s", async (_, word) => {
    const one = vms(1, () => ({
      ...vm(1, { labels: { [`${sg}g1`]: "web" }, spec: { ipNATs: [{ internalIP: "10.65.0.1", externalIP: "203.0.113.9" }] } }),
      annotations: { "openstack.projectcalico.org/fqdn": "vm1.example.org." },
    }));

    const card = await cardOf({ ...cloud, ...one }, { vm: word });

    expect(card.verdict).toMatchObject({
      text: "lab: VM 10.65.0.1: governed by 1 for ingress, 1 for egress",
      detail: "instance d1, port p1 on c1",
    });
    expect(lines(card, "egress").at(-1)).toBe("what no rule of tier default decided on is dropped at its end; nothing goes beyond this");
  });

  test("without any say that everything is dropped", async () => {
    const card = await cardOf(
      vms(1, () => vm(9)),
      { vm: "p9" },
    );

    expect(card.verdict).toMatchObject({
      light: "warn",
      text: "lab: VM 10.65.0.9: all ingress is dropped: no policy selects it; all egress is dropped: no policy selects it",
    });
  });

  test("of a policy written without types by hand hold in both directions", async () => {
    const raw = v3Keys("networkpolicies", 1, () => ({
      name: "openstack/hand",
      spec: { order: 1, ingress: [{ action: "Allow", protocol: "TCP" }] },
    }));
    const card = await cardOf({ ...cloud, ...raw }, { vm: "p1" });

    expect(lines(card, "egress")[1]).toBe("1. NetworkPolicy openstack/hand, order 1, both directions as no types are stored: no rule");
  });

  test("of an interface of a host say that failsafe ports come first", async () => {
    expect((await ask(policies, recorded, { vm: "compute-01-eth0" })).verdict.detail).toBe(
      "on compute-01; failsafe ports come before any policy",
    );
  });

  test.each([
    ["p11", { code: "not_found", hint: "did you mean `policies p1`?" }],
    ["10.9.9.9", { code: "not_found", hint: "`pools` shows which addresses VMs have" }],
    ["d1", { code: "ambiguous", hint: "say which one: `policies p1`" }],
  ])("%s is refused with the next step", async (word, failure) => {
    const second = vms(1, () => ({
      ...vm(77),
      name: "openstack/c2-openstack-d1-p77",
      spec: { workload: "d1", endpoint: "p77", node: "c2" },
    }));

    expect(await cardOf({ ...cloud, ...second }, { vm: word }).then(() => null, toFailure)).toMatchObject(failure);
  });
});
