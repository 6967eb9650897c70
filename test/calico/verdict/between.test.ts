import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseCidr } from "../../../src/calico/cidr.js";
import { between } from "../../../src/calico/verdict/between.js";
import { stored } from "../../../src/calico/verdict/item.js";
import { modelOf } from "../../../src/calico/verdict/model.js";
import { add, emptyParts } from "../../../src/calico/verdict/parts.js";
import { allowAll, ask, connection, gnp, model, np, object, vm } from "./flow.js";

const [web, db] = [vm("web", "10.0.0.1/32", { labels: { app: "web" } }), vm("db", "10.0.0.2/32", { labels: { app: "db" } })];
const ingress = (...rules: unknown[]) => gnp("in", { selector: "app == 'db'", ingress: rules });
const toDb = (resources: unknown[], given = {}) => ask([web, db, ...resources], "10.0.0.1", "10.0.0.2", given);
const allowed = (rule: Record<string, unknown>, given = {}) =>
  toDb([ingress({ action: "Allow", ...rule }), gnp("out", { egress: [{ action: "Allow" }] })], given).allowed;

describe("what a rule asks for", () => {
  test.each([
    [{ protocol: "tcp" }, {}, true],
    [{ protocol: 17 }, {}, false],
    [{ notProtocol: "TCP" }, {}, false],
    [{ protocol: "TCP", destination: { ports: ["79:81"] } }, {}, true],
    [{ protocol: "TCP", destination: { ports: [81, "82:90"] } }, {}, false],
    [{ protocol: "TCP", destination: { notPorts: [80] } }, {}, false],
    [{ ipVersion: 6 }, {}, false],
    [{ source: { nets: ["10.0.0.0/24"], notNets: ["10.0.0.1/32"] } }, {}, false],
    [{ source: { nets: ["fd00::/8"] } }, {}, false],
    [{ protocol: "ICMP", icmp: { type: 8, code: 0 } }, { protocol: 1, dstPort: null, icmp: { type: 8, code: 0 } }, true],
    [{ protocol: "ICMP", icmp: { type: 8, code: 1 } }, { protocol: 1, dstPort: null, icmp: { type: 8, code: 0 } }, false],
    [{ protocol: "ICMP", notICMP: { type: 8 } }, { protocol: 1, dstPort: null, icmp: { type: 8, code: 0 } }, false],
    [{ source: { serviceAccounts: { names: ["x"] } } }, {}, false],
    [{ source: { namespaceSelector: "all()" } }, {}, true],
    [{ source: { namespaceSelector: "global()" } }, {}, false],
  ])("%j for %j: %j", (rule, given, expected) => {
    expect(allowed(rule, given)).toBe(expected);
  });
});

test("IPv6 is judged by rules for it", () => {
  const resources = [
    vm("a", "fd00::1/128"),
    vm("b", "fd00::2/128"),
    gnp("in", { ingress: [{ action: "Allow", source: { nets: ["fd00::/64"] } }] }),
  ];
  expect(ask(resources, "fd00::1", "fd00::2").ingress?.verdict).toBe("allow");
  expect(ask(resources, "fd01::1", "fd00::2").ingress?.verdict).toBe("deny");
});

test("a rule that excludes nets is none for the IP version that they leave out, and for the one that they exclude whole", () => {
  const dual = { ipNetworks: ["10.0.0.1/32", "fd00::1/128"] };
  const other = { labels: { app: "db" }, ipNetworks: ["10.0.0.2/32", "fd00::2/128"] };
  const verdicts = (...notNets: string[]) => {
    const ends = [vm("a", "10.0.0.1/32", dual), vm("b", "10.0.0.2/32", other), gnp("out", { egress: [{ action: "Allow" }] })];
    const rules = [ingress({ action: "Allow", source: { notNets } })];
    return [ask([...ends, ...rules], "10.0.0.1", "10.0.0.2").allowed, ask([...ends, ...rules], "fd00::1", "fd00::2").allowed];
  };

  expect(verdicts("0.0.0.0/0")).toEqual([false, false]);
  expect(verdicts("::/0")).toEqual([false, false]);
  expect(verdicts("192.0.2.0/24")).toEqual([true, false]);
  expect(verdicts("fd01::/64")).toEqual([false, true]);
  expect(verdicts("0.0.0.0/0", "fd01::/64")).toEqual([false, true]);
  expect(verdicts("192.0.2.0/24", "fd00::/64")).toEqual([true, false]);
  expect(verdicts("192.0.2.0/24", "::/0")).toEqual([true, false]);
});

describe("what a host forwards for its VMs under a policy with applyOnForward", () => {
  const uplink = object("HostEndpoint", "c1-eth0", { node: "c1", interfaceName: "eth0", expectedIPs: ["192.168.0.1"] });
  const forward = (more: object) => gnp("fw", { order: 1, selector: "!has(app)", applyOnForward: true, ...more });
  const [near, far] = [vm("near", "10.0.0.3/32", { labels: { app: "x" } }), vm("far", "10.0.0.4/32", { labels: { app: "x" }, node: "c2" })];
  const doubts = (policy: unknown, src: string, dst: string) => ask([web, near, far, uplink, allowAll, policy], src, dst).doubts;
  const why = "GlobalNetworkPolicy fw also governs what c1-eth0 of host c1 forwards, which cannot be judged";

  test("is uncertain, in the directions that it governs", () => {
    const both = forward({ types: ["Ingress", "Egress"], ingress: [{ action: "Allow" }] });
    expect(doubts(both, "10.0.0.4", "10.0.0.1")).toEqual([why]);
    expect(doubts(both, "10.0.0.1", "8.8.8.8")).toEqual([why]);
    const one = forward({ types: ["Ingress"], ingress: [{ action: "Allow" }] });
    expect(doubts(one, "8.8.8.8", "10.0.0.1")).toEqual([why]);
    expect(doubts(one, "10.0.0.1", "8.8.8.8")).toEqual([]);
  });

  test("is certain within the host, on other hosts, where it is dropped anyway, and without the field", () => {
    const both = forward({ types: ["Ingress", "Egress"] });
    expect(doubts(both, "10.0.0.3", "10.0.0.1")).toEqual([]);
    expect(doubts(both, "8.8.8.8", "10.0.0.4")).toEqual([]);
    expect(doubts(forward({ types: ["Ingress"], applyOnForward: false }), "8.8.8.8", "10.0.0.1")).toEqual([]);
    const closed = gnp("closed", { order: 0, selector: "app == 'web'", types: ["Ingress"] });
    expect(ask([web, uplink, both, closed], "8.8.8.8", "10.0.0.1")).toMatchObject({ allowed: false, doubts: [] });
  });
});

describe("what cannot be judged is named, and only where it matters", () => {
  test.each([
    [{ action: "Allow", http: { methods: ["GET"] } }, "http cannot be judged"],
    [{ action: "Allow", source: { services: { name: "x" } } }, "source.services cannot be judged"],
    [{ action: "Allow", source: { asNumbers: [1] } }, "source.asNumbers cannot be judged"],
  ])("%j", (rule, why) => {
    expect(toDb([ingress(rule)]).doubts).toEqual([`GlobalNetworkPolicy in rule 0: ${why}`]);
    expect(toDb([ingress({ ...rule, action: "Deny" })]).doubts).toEqual([]);
    expect(toDb([ingress({ action: "Allow" }, rule)]).doubts).toEqual([]);
  });

  test("a source port that a rule asks for and nobody gave", () => {
    const rule = ingress({ action: "Allow", protocol: "TCP", source: { ports: [1000] } });
    expect(toDb([rule], { srcPort: null }).doubts).toEqual(["GlobalNetworkPolicy in rule 0: the source port is not given"]);
    expect(toDb([rule], { srcPort: 999 }).doubts).toEqual([]);
  });

  test("a policy that felix cannot read is as if it were missing", () => {
    const broken = gnp("broken", { order: 1, selector: "app == 'db'", ingress: [{ action: "Allow", protocol: "nonsense" }] });
    const found = toDb([broken, ingress({ action: "Deny" })]);
    expect(found.ingress?.trace).toEqual([{ kind: "GlobalNetworkPolicy", tier: "default", name: "in", rule: 0, action: "Deny" }]);
    expect(found.doubts).toEqual(["GlobalNetworkPolicy broken: cannot be read (ingress rule 0: `nonsense` is no protocol)"]);
    expect(model([broken]).troubles).toHaveLength(1);
  });

  test("a policy with fields of a newer Calico, and a tier that is not there", () => {
    expect(toDb([gnp("new", { selector: "app == 'db'", ingress: [{ action: "Allow" }], sparkle: true })]).doubts).toEqual([
      "GlobalNetworkPolicy new: its sparkle cannot be judged",
    ]);
    expect(toDb([gnp("x", { tier: "gone", selector: "app == 'db'", ingress: [{ action: "Allow" }] })]).doubts).toEqual([
      "GlobalNetworkPolicy x: its tier gone does not exist",
    ]);
  });

  test("an object that is there twice", () => {
    expect(toDb([ingress({ action: "Allow" }), ingress({ action: "Deny" })]).doubts).toEqual(["GlobalNetworkPolicy in: it is there twice"]);
  });

  test.each([["not json"], ["[]"], ['{"spec":{"ipNetworks":["x"]}}'], ["null"], ['{"spec":7}']])("a value `%s` in etcd", (value) => {
    for (const plural of [
      "networkpolicies/openstack",
      "globalnetworkpolicies",
      "tiers",
      "workloadendpoints/openstack",
      "globalnetworksets",
    ]) {
      const parts = emptyParts();
      const taken = stored(`/calico/resources/v3/projectcalico.org/${plural}/x`, value);
      if (taken) add(parts, taken);
      const compiled = modelOf(parts);
      expect(() => between(compiled, connection("10.0.0.1", "10.0.0.2"))).not.toThrow();
      if (value === "not json") expect([plural, between(compiled, connection("10.0.0.1", "10.0.0.2")).doubts.length]).toEqual([plural, 1]);
    }
  });
});

test("security groups as Neutron stores them govern both directions", () => {
  const parts = emptyParts();
  for (const { metadata, ...rest } of [web, db]) {
    const labels = { ...metadata.labels, "projectcalico.org/namespace": "openstack" };
    const key = `/calico/resources/v3/projectcalico.org/workloadendpoints/openstack/${metadata.name}`;
    const taken = stored(key, JSON.stringify({ ...rest, metadata: { ...metadata, labels } }));
    if (taken) add(parts, taken);
  }
  const group = stored(
    "/calico/resources/v3/projectcalico.org/networkpolicies/openstack/ossg.default.1",
    JSON.stringify({ spec: { selector: "has(app)", ingress: [{ action: "Allow" }] } }),
  );
  if (group) add(parts, group);

  const found = between(modelOf(parts), connection("10.0.0.1", "10.0.0.2"));

  const step = { kind: "NetworkPolicy", tier: "default", namespace: "openstack", name: "ossg.default.1" };
  expect(found.egress?.trace).toEqual([{ ...step, rule: -1, action: "Deny" }]);
  expect(found.ingress?.trace).toEqual([{ ...step, rule: 0, action: "Allow" }]);
});

describe("a VM's own host", () => {
  const around = { addressesOf: (node: string) => (node === "c1" ? [parseCidr("192.168.0.1")].flatMap((one) => one ?? []) : []) };
  const alone = model([vm("web", "10.0.0.1/32", { ipv4Gateway: "10.0.0.254" }), object("HostEndpoint", "h", { node: "c9" })]);
  const to = (dst: string, given = {}) => between(alone, connection("10.0.0.1", dst, given), around);

  test("always answers DHCP, DNS and metadata", () => {
    expect(to("255.255.255.255", { protocol: 17, srcPort: 68, dstPort: 67 }).egress?.trace).toEqual([
      { kind: "Felix", name: "DHCP of OpenStack", rule: -1, action: "Allow" },
    ]);
    expect(to("10.0.0.254", { protocol: 17, dstPort: 53 }).allowed).toBe(true);
    expect(to("169.254.169.254").allowed).toBe(true);
    expect(to("192.168.0.1", { protocol: 17, dstPort: 53 }).allowed).toBe(true);
    expect(to("8.8.8.8", { protocol: 17, dstPort: 53 }).allowed).toBe(false);
  });

  test("always reaches it", () => {
    expect(between(alone, connection("192.168.0.1", "10.0.0.1"), around).allowed).toBe(true);
  });
});

describe("a host interface", () => {
  const hep = object("HostEndpoint", "c1-eth0", { node: "c1", expectedIPs: ["192.168.0.1"] });

  test("drops all but the failsafe ports when no policy selects it", () => {
    expect(ask([hep], "1.2.3.4", "192.168.0.1", { dstPort: 22 }).allowed).toBe(true);
    expect(ask([hep], "1.2.3.4", "192.168.0.1", { dstPort: 5672 }).allowed).toBe(false);
    expect(ask([hep], "192.168.0.1", "1.2.3.4", { dstPort: 22 }).allowed).toBe(false);
  });

  test("has the failsafe ports that FelixConfiguration says", () => {
    const none = object("FelixConfiguration", "default", { failsafeInboundHostPorts: [] });
    expect(ask([hep, none], "1.2.3.4", "192.168.0.1", { dstPort: 22 }).allowed).toBe(false);
  });

  test("is not judged where untracked or pre-NAT policies select it", () => {
    const untracked = gnp("u", { doNotTrack: true, applyOnForward: true, ingress: [{ action: "Allow" }] });
    expect(ask([hep, untracked], "1.2.3.4", "192.168.0.1").doubts).toEqual(["GlobalNetworkPolicy u: doNotTrack cannot be judged"]);
    expect(ask([web, untracked], "1.2.3.4", "10.0.0.1")).toMatchObject({ allowed: false, doubts: [] });
  });
});

test("a floating IP leads to the VM, and a source on another host sees only the floating one", () => {
  const nat = { ipNATs: [{ internalIP: "10.0.0.2", externalIP: "203.0.113.9" }], node: "c2" };
  const resources = [web, vm("db", "10.0.0.2/32", { ...nat, labels: { app: "db" } }), ingress({ action: "Allow" })];
  const byLabel = gnp("out", { selector: "app == 'web'", egress: [{ action: "Allow", destination: { selector: "app == 'db'" } }] });
  const byNet = gnp("out", { selector: "app == 'web'", egress: [{ action: "Allow", destination: { nets: ["203.0.113.9/32"] } }] });
  expect(ask([...resources, byLabel], "10.0.0.1", "203.0.113.9").allowed).toBe(false);
  expect(ask([...resources, byNet], "10.0.0.1", "203.0.113.9").allowed).toBe(true);
});

test("staged policies decide nothing, unless one asks what would be", () => {
  const staged = object("StagedGlobalNetworkPolicy", "in", { selector: "app == 'db'", ingress: [{ action: "Deny" }] });
  const resources = [web, db, ingress({ action: "Allow" }), gnp("out", { egress: [{ action: "Allow" }] }), staged];
  const flow = connection("10.0.0.1", "10.0.0.2");
  expect(between(model(resources), flow).allowed).toBe(true);
  expect(between(model(resources, { staged: true }), flow).allowed).toBe(false);
});

describe("whatever the cluster", () => {
  const label = fc.constantFrom("app", "env");
  const selector = fc.tuple(label, fc.constantFrom("web", "db", "x")).map(([name, value]) => `${name} == '${value}'`);
  const rule = fc.record(
    {
      action: fc.constantFrom("Allow", "Deny", "Pass", "Log"),
      protocol: fc.constantFrom("TCP", "UDP"),
      source: fc.record({ selector }, { requiredKeys: [] }),
      destination: fc.record({ notSelector: selector }, { requiredKeys: [] }),
    },
    { requiredKeys: ["action"] },
  );
  const rules = fc.array(rule, { maxLength: 3 });
  const spec = fc.record({ order: fc.integer({ min: 1, max: 3 }), selector, ingress: rules, egress: rules });
  const policies = fc.array(spec, { maxLength: 5 }).map((all) => all.map((one, i) => (i % 2 === 0 ? gnp(`p${i}`, one) : np(`p${i}`, one))));
  const flow = connection("10.0.0.1", "10.0.0.2");
  const end = (found: ReturnType<typeof between>) => [found.egress?.verdict, found.ingress?.verdict];

  test("a rule that never matches changes no verdict", () => {
    fc.assert(
      fc.property(policies, (all) => {
        const never = { action: "Deny", source: { nets: ["198.51.100.1/32"] }, destination: { nets: ["198.51.100.2/32"] } };
        const more = all.map((one) => ({
          ...one,
          spec: { ...one.spec, types: ["Ingress", "Egress"], ingress: [never, ...list(one.spec["ingress"])] },
        }));
        const same = all.map((one) => ({ ...one, spec: { ...one.spec, types: ["Ingress", "Egress"] } }));
        expect(end(between(model([web, db, ...more]), flow))).toEqual(end(between(model([web, db, ...same]), flow)));
      }),
    );
  });

  test("the order of the input is irrelevant", () => {
    fc.assert(
      fc.property(policies, (all) => {
        expect(between(model([web, db, ...all]), flow)).toEqual(between(model([...all.toReversed(), db, web]), flow));
      }),
    );
  });

  test("a policy before everything that allows all allows all", () => {
    fc.assert(
      fc.property(policies, (all) => {
        expect(toDb([...all, gnp("first", { order: -1, ...allowAll.spec })]).allowed).toBe(true);
      }),
    );
  });

  test("no value of any field makes it fall over", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("ingress", "order", "selector", "types", "tier", "egress", "x"), fc.anything()), (odd) => {
        expect(() => toDb([gnp("odd", odd)])).not.toThrow();
      }),
    );
  });
});

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
