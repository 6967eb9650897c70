import { describe, expect, test } from "@jest/globals";
import lint from "../../../commands/policy/lint.js";
import { toFailure } from "../../../src/contract/failure.js";
import type { View } from "../../../src/contract/view.js";
import { countsOnly } from "../../../src/dispatch/counts.js";
import { ask, fakeCluster } from "../../support/cluster.js";
import { goldenKeys } from "../../support/keyspace.js";
import { v3Keys } from "../../support/objects.js";
import { globalPolicy, policy, securityGroup, sg, vm, vms } from "../../support/policies.js";

const recorded = goldenKeys();
const gnp = (name: string, spec: Record<string, unknown>) =>
  globalPolicy(name, { order: 10, selector: "app == 'db'", types: ["Ingress"], ...spec });
const np = (name: string, spec: Record<string, unknown>) => policy(name, { order: 10, types: ["Ingress"], ...spec });
const tier = (name: string, spec: Record<string, unknown> = {}) => v3Keys("tiers", 1, () => ({ name, spec: { order: 5, ...spec } }));
const tcp = (more: object = {}) => ({ action: "Allow", protocol: "TCP", ...more });
const cloud = { ...securityGroup("g1"), ...vms(3, (i) => vm(i + 1, { labels: { [`${sg}g1`]: "web", app: i === 0 ? "db" : "web" } })) };
const bare = vms(3, (i) => vm(i + 1, { labels: { app: i === 0 ? "db" : "web" } }));
const cardOf = (keys: Record<string, string>, args = {}): Promise<View> => ask(lint, fakeCluster({ keys }), args);
const said = (card: View): string =>
  card.sections
    .flatMap((one) => (one.kind === "lines" && one.title === "what is wrong" ? one.lines : []))
    .flatMap(({ light, text, detail = [] }) => [`${light} ${text}`, ...detail])
    .join("\n");

describe("policy lint", () => {
  test("of a real keyspace names what is wrong, worst first, each with a fix", async () => {
    const card = await cardOf(recorded);

    expect(card.verdict).toEqual({
      light: "bad",
      text: "lab: GlobalNetworkPolicy `default-deny-all` drops all ingress of all 24 VM ports, before any security group (+4 more)",
      detail: "5 findings about 8 policies of people and 5 security groups, 3 notes",
    });
    for (const one of card.sections.flatMap((section) =>
      section.kind === "lines" && section.title === "what is wrong" ? section.lines : [],
    ))
      expect(one.detail?.at(-1)).toMatch(/^fix: /);
  });

  test("of a sound cloud is green and notes what comes before the security groups", async () => {
    const card = await cardOf({ ...cloud, ...gnp("allow-dns", { ingress: [{ action: "Allow", protocol: "UDP" }] }) });

    expect(card.verdict).toEqual({
      light: "ok",
      text: "lab: nothing is wrong with 1 policy of people and 1 security group",
      detail: "1 note",
    });
    expect(JSON.stringify(card.sections)).toContain("GlobalNetworkPolicy `allow-dns` is evaluated before the security groups of 1 VM port");
  });

  test.each([
    [
      "a selector that nothing satisfies",
      gnp("x", { selector: "role == 'db'" }),
      "warn GlobalNetworkPolicy `x` selects nothing",
      "fix: a typo",
    ],
    [
      "a namespace without VMs",
      np("production/x", {}),
      "warn NetworkPolicy `production/x` selects nothing: namespace production has no VM",
      "fix: the VMs of this region are in openstack",
    ],
    [
      "a selector with a mistake",
      gnp("x", { selector: "app = 'x'" }),
      "bad GlobalNetworkPolicy `x` has a selector that cannot be read: expected ==",
      "fix: mend the selector",
    ],
    [
      "a negative selector that selects all",
      gnp("x", { selector: "role != 'db'", ingress: [tcp()] }),
      "warn GlobalNetworkPolicy `x` selects all 3 VM ports although its selector names labels",
      "fix: `all()` if all are meant",
    ],
    [
      "one that takes in the hosts",
      {
        ...gnp("x", { selector: "all()", ingress: [tcp()] }),
        ...v3Keys("hostendpoints", 2, (i) => ({ name: `eth${i}`, spec: { node: `c${i}`, expectedIPs: [`10.0.0.${i}`] } })),
      },
      "warn GlobalNetworkPolicy `x` selects all 3 VM ports and all 2 host interfaces, too",
      "fix: `namespaceSelector: all()` keeps host interfaces out",
    ],
    [
      "a rule behind a wider one of another action",
      gnp("x", {
        ingress: [tcp({ source: { nets: ["10.0.0.0/8"] } }), { action: "Deny", protocol: 6, source: { nets: ["10.1.0.0/16"] } }],
      }),
      "warn GlobalNetworkPolicy `x` ingress rule 1 never takes effect: rule 0 comes first and is wider",
      "fix: move it before that one",
    ],
    [
      "a rule behind a wider one that does the same",
      gnp("x", { ingress: [tcp({ destination: { ports: ["1:1024"] } }), tcp({ destination: { ports: [22, 80] } })] }),
      "warn GlobalNetworkPolicy `x` ingress rule 1 adds nothing: rule 0 is wider and does the same",
      "fix: remove it",
    ],
    [
      "a rule that contradicts itself",
      gnp("x", { ingress: [tcp({ ipVersion: 6, source: { nets: ["10.0.0.0/8"] } })] }),
      "warn GlobalNetworkPolicy `x` ingress rule 0 can never match",
      "fix: remove it, or what it excludes",
    ],
    [
      "a source that nothing is",
      gnp("x", { ingress: [tcp({ source: { selector: "role == 'api'" } })] }),
      "warn GlobalNetworkPolicy `x` ingress rule 0 matches nothing now: no endpoint or network set is its source",
      "nothing carries the label role",
    ],
    [
      "a named port",
      gnp("x", { ingress: [tcp({ destination: { ports: ["http", 80] } })] }),
      "warn GlobalNetworkPolicy `x` ingress rule 0 names a destination port that no endpoint has: `http`",
      "fix: write the port's number",
    ],
    [
      "rules that its types leave out",
      gnp("x", { egress: [tcp()] }),
      "warn GlobalNetworkPolicy `x` has egress rules, and its types leave out egress: they are never evaluated",
      "fix: add Egress to its types",
    ],
    [
      "a Pass behind which nothing comes",
      { ...bare, ...gnp("x", { ingress: [{ action: "Pass", protocol: "TCP" }, tcp({ action: "Deny", protocol: "UDP" })] }) },
      "warn GlobalNetworkPolicy `x`: what its ingress rules pass on is dropped for 1 VM port",
      "fix: Allow instead of Pass",
    ],
    [
      "a Pass whose next tier is for others",
      {
        ...bare,
        ...tier("t"),
        ...gnp("t.x", { tier: "t", ingress: [{ action: "Pass" }] }),
        ...gnp("other", { selector: "app == 'web'", ingress: [tcp()] }),
      },
      "warn GlobalNetworkPolicy `t.x`: what its ingress rules pass on is dropped for 1 VM port",
      "no later tier has a policy for their ingress",
    ],
    [
      "a tier that drops what it leaves over",
      { ...tier("t"), ...gnp("t.x", { tier: "t", ingress: [tcp()] }) },
      "warn tier t drops all ingress of 1 VM port that its policies do not decide on, before any security group",
      "fix: a last rule `action: Pass`",
    ],
    [
      "a policy that decides on all before the security groups",
      gnp("x", { selector: "all()", ingress: [{ action: "Deny" }] }),
      "bad GlobalNetworkPolicy `x` drops all ingress of all 3 VM ports, before any security group",
      "fix: narrow its selector",
    ],
    [
      "a place that only a name gives",
      gnp("allow-db", { order: null, ingress: [tcp()] }),
      "warn GlobalNetworkPolicy `allow-db` has no order, and only its name puts it before the security groups of 1 VM port",
      "fix: give it an order",
    ],
    [
      "a tier that is not there",
      gnp("x", { tier: "nowhere", ingress: [tcp()] }),
      "warn tier nowhere does not exist, and 1 policy names it",
      "fix: create the tier nowhere",
    ],
    [
      "a key of an older Calico",
      { ...gnp("default.smtp", {}), ...gnp("dns", {}) },
      "warn 1 policy keeps the key of an older Calico beside newer ones: default.smtp",
      "fix: `calicoctl datastore migrate-policy-names`",
    ],
    [
      "a policy that is stored twice",
      { ...gnp("default.smtp", {}), ...gnp("smtp", {}) },
      "bad 1 policy is stored twice, as default.<name> and <name>: smtp",
      "both are in force",
    ],
    [
      "a value that is no object",
      { "/calico/resources/v3/projectcalico.org/networkpolicies/openstack/x": "{" },
      "bad /calico/resources/v3/projectcalico.org/networkpolicies/openstack/x cannot be read: its value is no json",
      "fix: write it anew",
    ],
    [
      "a value of another type",
      gnp("x", { order: "first" }),
      "bad GlobalNetworkPolicy x cannot be read, and felix treats it as missing: spec.order",
      "fix: write it anew",
    ],
    [
      "a rule that felix refuses",
      gnp("x", { ingress: [{ action: "Allow", destination: { ports: [80] } }] }),
      "bad GlobalNetworkPolicy x cannot be read, and felix treats it as missing: ingress rule 0: a rule has ports and no protocol",
      "fix: write it anew",
    ],
    [
      "a field that nobody knows",
      gnp("x", { ingress: [tcp()], ingres: [] }),
      "unknown GlobalNetworkPolicy x: its ingres cannot be judged",
      "fix: a typo",
    ],
    ["a VM without security group", bare, "warn 3 VM ports without any security group or policy", "fix: give the port a security group"],
    [
      "a security group without policy",
      vms(1, () => vm(9, { labels: { [`${sg}g2`]: "x" } })),
      "bad 1 security group of VMs has no policy in etcd: g2",
      "fix: ",
    ],
  ] as const)("complains of %s", async (_, keys, text, fix) => {
    const found = said(await cardOf({ ...cloud, ...keys }));

    expect(found).toContain(text);
    expect(found).toContain(fix);
  });

  test.each([
    ["a Pass to the security groups", { ...tier("t"), ...gnp("t.x", { tier: "t", ingress: [{ action: "Pass" }] }) }],
    [
      "a Pass to a profile",
      {
        ...vms(3, (i) => vm(i + 1, { labels: { app: "db" }, spec: { profiles: ["open"] } })),
        ...v3Keys("profiles", 1, () => ({ name: "open", spec: { ingress: [{ action: "Allow" }] } })),
        ...gnp("y", { selector: "app == 'none-such' || has(app)", ingress: [{ action: "Pass", protocol: "TCP" }] }),
      },
      "although its selector names labels",
    ],
    ["a Log before the same rule", gnp("x", { ingress: [{ action: "Log", protocol: "TCP" }, tcp()] })],
    ["a narrower rule before a wider one", gnp("x", { ingress: [tcp({ action: "Deny", source: { nets: ["10.1.0.0/16"] } }), tcp()] })],
    [
      "a named port that a selected endpoint has",
      {
        ...vms(1, () =>
          vm(1, { labels: { app: "db", [`${sg}g1`]: "web" }, spec: { ports: [{ name: "http", protocol: "TCP", port: 80 }] } }),
        ),
        ...gnp("x", { ingress: [tcp({ destination: { ports: ["http"] } })] }),
      },
    ],
    [
      "a network set as the source",
      {
        ...v3Keys("globalnetworksets", 1, () => ({ name: "trusted", labels: { role: "api" }, spec: { nets: ["198.51.100.0/24"] } })),
        ...gnp("x", { ingress: [tcp({ source: { selector: "role == 'api'" } })] }),
      },
    ],
  ])("does not complain of %s", async (_, keys, besides = "nothing else") => {
    const found = said(await cardOf({ ...cloud, ...keys })).split("\n");

    expect(found.filter((line) => /^(bad|warn|unknown) /.test(line) && !line.includes(besides))).toEqual([]);
  });

  test("about one policy leaves out the others", async () => {
    const card = await cardOf(
      { ...cloud, ...gnp("x", { selector: "role == 'db'" }), ...gnp("y", { selector: "role == 'db'" }) },
      { name: "x" },
    );

    expect(card.verdict).toMatchObject({ text: "lab: GlobalNetworkPolicy `x` selects nothing", detail: '1 finding about "x", 0 notes' });
  });

  test.each([
    ["prodution", "did you mean `policy lint production`?"],
    ["zzzzzzzz", "`policies` lists those of people; a security group is given by id or name"],
  ])("about %s, which is not there, offers what is", async (name, hint) => {
    const failure = await cardOf({ ...cloud, ...gnp("production", {}) }, { name }).then(() => null, toFailure);

    expect(failure).toMatchObject({ code: "not_found", hint });
  });

  test("about a policy of many faults tells ten and counts the rest", async () => {
    const rules = Array.from({ length: 30 }, (_, i) => tcp({ destination: { ports: [i + 1] } }));
    const card = await cardOf({ ...cloud, ...gnp("x", { ingress: [tcp(), ...rules] }) });

    expect(card.verdict.detail).toContain("11 findings");
    expect(JSON.stringify(card.sections)).toContain("GlobalNetworkPolicy `x` has 20 more rules to look at");
  });

  test("of hundreds of faults sends the worst and counts all", async () => {
    const rules = Array.from({ length: 15 }, (_, i) => tcp({ destination: { ports: [i + 1] } }));
    const many = Object.assign({}, ...Array.from({ length: 20 }, (_, i) => gnp(`x${i}`, { ingress: [tcp(), ...rules] })));
    const card = await cardOf({ ...cloud, ...many });

    expect(card.verdict.text).toMatch(/ \(\+219 more\)$/);
    expect(card.verdict.detail).toContain("220 findings about 20 policies");
    expect(card.sections.map(({ title }) => title)).toEqual(["what is wrong", "further findings (40 of 212)", "worth knowing (8 of 20)"]);
  });

  test("in a channel of counts shows numbers and no name", async () => {
    const card = countsOnly(await cardOf({ ...cloud, ...gnp("secret-thing", { selector: "role == 'db'" }) }), {
      secret: [],
      open: ["lab"],
    });

    expect(JSON.stringify(card)).not.toMatch(/secret-thing|role/);
    expect(card.verdict).toEqual({
      light: "warn",
      text: "lab: GlobalNetworkPolicy … selects nothing",
      detail: "1 finding about 1 policy of people and 1 security group, 0 notes",
    });
  });
});
