import { describe, expect, test } from "@jest/globals";
import policy from "../../commands/policy.js";
import { toFailure } from "../../src/contract/failure.js";
import type { View } from "../../src/contract/view.js";
import { countsOnly } from "../../src/dispatch/counts.js";
import { lines, rows } from "../support/card.js";
import { ask, fakeCluster } from "../support/cluster.js";
import { goldenKeys } from "../support/keyspace.js";
import { v3Keys } from "../support/objects.js";
import { allowTcp, globalPolicy, policy as onePolicy, securityGroup, sg, vm, vms } from "../support/policies.js";

const recorded = fakeCluster({ keys: goldenKeys() });
const id = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;
const group = (n: number, ingress: object[] = []) => securityGroup(id(n), ingress);
const member = (i: number, labels: Record<string, string>) =>
  vm(i, { fqdn: `vm${i}.example.org.`, project: i === 0 ? "ci" : "shop", labels });
const gnp = (name: string, spec: Record<string, unknown> = {}) =>
  globalPolicy(name, { order: 10, selector: "app == 'db'", types: ["Ingress"], ...spec });
const np = (name: string, spec: Record<string, unknown> = {}) => onePolicy(name, { order: 10, types: ["Ingress"], ...spec });
const cloud = {
  ...group(1),
  ...group(2, [allowTcp([5432], id(1))]),
  ...vms(8, (i) => (i < 6 ? member(i, { [`${sg}${id(1)}`]: "web", app: "web" }) : member(i, { [`${sg}${id(2)}`]: "db", app: "db" }))),
};
const cardOf = (name: string, keys: Record<string, string> = {}): Promise<View> =>
  ask(policy, fakeCluster({ keys: { ...cloud, ...keys } }), { name });
const refusal = (name: string, keys: Record<string, string> = {}) => cardOf(name, keys).then(() => null, toFailure);

describe("policy", () => {
  test("of a real keyspace says what it allows, to whom, and where it comes", async () => {
    const card = await ask(policy, recorded, { name: "web-db-policy" }).then(() => null, toFailure);
    const one = await ask(policy, recorded, { name: "openstack/web-db-policy" });

    expect(card).toMatchObject({ code: "ambiguous", hint: expect.stringContaining("say which one: `policy np/") });
    expect(one.verdict).toEqual({
      light: "info",
      text: "lab: NetworkPolicy `openstack/web-db-policy` governs ingress of 4 VM ports",
      detail: "1 ingress rule; tier default, order 400; before the security groups",
    });
    expect(lines(one, "where it stands")).toEqual([
      "tier default (order 1,000,000, at its end Deny): policy 3 of 11, order 400",
      "it is evaluated before the security groups",
      "selects: selector has(sg-name.projectcalico.org/openstack-db); only in namespace openstack",
    ]);
    expect(lines(one, "ingress")).toEqual([
      '0. allows tcp to ports 3306, 5432 from security groups called "web" of namespace openstack',
      "source: 4 VM ports",
      "everything else goes to the next policies of tier default; what they leave over is dropped",
    ]);
    expect(rows(one)[0]).toEqual(["project", "globex", "4", "vm-09, vm-13, vm-01, vm-05"]);
  });

  test("of a real keyspace finds a security group by its id, the one of its own region first", async () => {
    const card = await ask(policy, recorded, { name: "2117df17-0417-5fed-b68a-cd0c11ba6850" });

    expect(card.verdict.text).toBe('lab: security group "default" governs ingress and egress of 16 VM ports');
    expect(lines(card, "where it stands")).toContain(
      "openstack/ossg.default.2117df17-0417-5fed-b68a-cd0c11ba6850, as Neutron's driver writes it: change the group, not the policy",
    );
  });

  test("groups what it selects by project and security group, the largest first, with some names", async () => {
    const card = await cardOf("x", gnp("x", { selector: "all()" }));

    expect(rows(card)).toEqual([
      ["project", "shop", "7", "vm1, vm2, vm3, vm4 and 3 more"],
      ["project", "ci", "1", "vm0"],
      ["security group", "web", "6", "vm0, vm1, vm2, vm3 and 2 more"],
      ["security group", "db", "2", "vm6, vm7"],
    ]);
  });

  test.each([
    ["allows tcp to port 5432 from anywhere", { protocol: "TCP", destination: { ports: [5432] } }],
    ["allows udp to ports 53, 8000:8010 of IPv4 from anywhere", null],
    ["allows everything but tcp from anywhere", { notProtocol: "TCP" }],
    ["allows protocol icmp type 8 of IPv4 from anywhere", { protocol: "ICMP", icmp: { type: 8 }, ipVersion: 4 }],
    ["allows everything from 10.0.0.0/8 but not 10.1.0.0/16", { source: { nets: ["10.0.0.0/8"], notNets: ["10.1.0.0/16"] } }],
    ["allows everything from anywhere but not 10.1.0.0/16", { source: { notNets: ["10.1.0.0/16"] } }],
    ['allows everything from endpoints with `(app == "web" && has(b))`', { source: { selector: "app=='web'&&has(b)" } }],
    ["allows everything from all endpoints and network sets", { source: { selector: "all()" } }],
    ["allows everything from endpoints of no namespace (hosts, GlobalNetworkSets)", { source: { namespaceSelector: "global()" } }],
    ['allows everything from security group "web"', { source: { selector: `has(${sg}${id(1)})` } }],
    [
      "allows tcp from ports 1, 2, 3, 4, 5, 6 and 3 more from anywhere",
      { protocol: "TCP", source: { ports: [1, 2, 3, 4, 5, 6, 7, 8, 9] } },
    ],
    ["allows everything from anywhere with http, which cannot be judged here", { http: { methods: ["GET"] } }],
  ])("says: %s", async (sentence, rule) => {
    const given = rule ?? { protocol: "UDP", ipVersion: 4, destination: { ports: [53, "8000:8010"] } };
    const expected = rule === null ? "allows udp of IPv4 to ports 53, 8000:8010 from anywhere" : sentence;
    const card = await cardOf("x", gnp("x", { ingress: [{ action: "Allow", ...given }] }));

    expect(lines(card, "ingress")[0]).toBe(`0. ${expected}`);
  });

  test("counts what is at the ends of its rules", async () => {
    const sets = v3Keys("globalnetworksets", 1, () => ({ name: "bad", labels: { threat: "high" }, spec: { nets: ["198.51.100.0/24"] } }));
    const ends = [
      { selector: "app == 'web'" },
      { selector: "threat == 'high'" },
      { nets: ["10.65.0.0/30"] },
      { nets: ["192.0.2.0/24"] },
      {},
    ];
    const card = await cardOf("x", { ...sets, ...gnp("x", { ingress: ends.map((source) => ({ action: "Deny", source })) }) });

    expect(lines(card, "ingress").filter((text) => text.startsWith("source"))).toEqual([
      "source: 6 VM ports",
      "source: 1 network set",
      "source: addresses, 4 VM ports among them",
      "source: addresses outside",
    ]);
  });

  test("says what is passed on, and that rules without their type are never evaluated", async () => {
    const tier = v3Keys("tiers", 1, () => ({ name: "t", spec: { order: 5, defaultAction: "Pass" } }));
    const card = await cardOf("t.x", {
      ...tier,
      ...gnp("t.x", { tier: "t", ingress: [{ action: "Pass", protocol: "TCP" }], egress: [{ action: "Deny" }] }),
    });

    expect(lines(card, "ingress")).toEqual([
      "0. passes on tcp from anywhere (to the next tier)",
      "everything else goes to the next policies of tier t; what they leave over is passed on to the next tier",
    ]);
    expect(lines(card, "egress").at(-1)).toBe("its types leave out egress: these rules are never evaluated");
    expect(card.verdict.light).toBe("warn");
  });

  test("that selects nothing, or cannot be read, says so first", async () => {
    expect((await cardOf("x", gnp("x", { selector: "role == 'db'" }))).verdict).toEqual({
      light: "warn",
      text: "lab: GlobalNetworkPolicy `x` selects nothing",
      detail: "0 ingress rules; tier default, order 10; before the security groups",
    });
    expect((await cardOf("x", gnp("x", { selector: "app = 'db'" }))).verdict).toMatchObject({
      light: "bad",
      text: "lab: GlobalNetworkPolicy `x` cannot be read, and felix treats it as missing: its selector: expected ==",
    });
  });

  test("of a hundred rules shows some and counts the rest", async () => {
    const ingress = Array.from({ length: 100 }, (_, i) => ({ action: "Allow", protocol: "TCP", destination: { ports: [i + 1] } }));
    const said = lines(await cardOf("x", gnp("x", { ingress })), "ingress");

    expect(said).toHaveLength(27);
    expect(said.at(-2)).toBe("and 75 more rules");
  });
});

describe("a policy is found", () => {
  test.each([
    ["by its name", "dns", "GlobalNetworkPolicy `dns`"],
    ["without the prefix of older keys", "smtp", "GlobalNetworkPolicy `default.smtp`"],
    ["with its namespace", "openstack/web", "NetworkPolicy `openstack/web`"],
    ["by kind and name", "gnp/twin", "GlobalNetworkPolicy `twin`"],
    ["by kind, namespace and name", "np/openstack/twin", "NetworkPolicy `openstack/twin`"],
    ["as a security group by id", id(2), 'security group "db"'],
    ["as a security group by the name that its VMs carry", "db", 'security group "db"'],
  ])("%s", async (_, word, called) => {
    const keys = { ...gnp("dns"), ...gnp("default.smtp"), ...gnp("twin"), ...np("openstack/twin"), ...np("openstack/web") };
    expect((await cardOf(word, keys)).verdict.text).toContain(`lab: ${called} `);
  });

  test("as a security group that no VM carries by the name that Neutron has", async () => {
    const cluster = fakeCluster({
      keys: { ...cloud, ...group(3) },
      cloud: { securityGroups: [{ id: id(3), name: "empty", projectId: "pr" }] },
    });

    expect((await ask(policy, cluster, { name: "empty" })).verdict.text).toBe(`lab: security group "${id(3)}" selects nothing`);
  });

  test.each([
    [
      "allow-dsn",
      { code: "not_found", hint: "did you mean `policy allow-dns`?", choices: [{ label: "allow-dns", line: "policy allow-dns" }] },
    ],
    ["bd", { code: "not_found", hint: "did you mean `policy db`?" }],
    ["zzzzzzzzzz", { code: "not_found", hint: "`policies` lists those of people; a security group is given by id or name" }],
    ["twin", { code: "ambiguous", hint: "say which one: `policy gnp/twin`" }],
  ])("not as %s, and what is there is offered", async (word, failure) => {
    expect(await refusal(word, { ...gnp("allow-dns"), ...gnp("twin"), ...np("openstack/twin") })).toMatchObject(failure);
  });
});

test("in a channel of counts a policy's card has numbers and no name", async () => {
  const card = countsOnly(
    await cardOf("secret-thing", gnp("secret-thing", { ingress: [{ action: "Allow", source: { nets: ["192.0.2.0/24"] } }] })),
    {
      secret: [],
      open: ["lab"],
    },
  );

  expect(JSON.stringify(card)).not.toMatch(/secret-thing|192\.0\.2|shop/);
  expect(card.verdict).toEqual({
    light: "info",
    text: "lab: GlobalNetworkPolicy … governs ingress of 2 VM ports",
    detail: "1 ingress rule; tier default, order 10; before the security groups",
  });
});

test("over 3,000 security groups and 20,000 ports a policy is told in time", async () => {
  const groups = Object.assign(
    {},
    ...Array.from({ length: 3000 }, (_, i) =>
      v3Keys("networkpolicies", 1, () => ({
        name: `openstack/ossg.default.g${i}`,
        spec: { selector: `has(${sg}g${i})`, ingress: [{ action: "Allow" }], egress: [{ action: "Allow" }] },
      })),
    ),
  );
  const ports = vms(20_000, (i) => member(i, { [`${sg}g${i % 3000}`]: "x", app: `a${i % 7}` }));
  const tiers = v3Keys("tiers", 1, () => ({ name: "t", spec: { order: 5 } }));
  const human = Object.assign(
    {},
    ...Array.from({ length: 40 }, (_, i) =>
      gnp(`p${i}`, {
        tier: "t",
        order: i,
        selector: `app in {'a${i % 9}', 'b'}`,
        ingress: [{ action: "Pass", protocol: "TCP" }, { action: "Deny" }],
      }),
    ),
  );
  const cluster = fakeCluster({ keys: { ...groups, ...ports, ...tiers, ...human } });

  const card = await ask(policy, cluster, { name: "p1" });

  expect(card.verdict.text).toContain("governs ingress of 2,85");
}, 30_000);
