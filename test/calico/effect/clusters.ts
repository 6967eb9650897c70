import fc from "fast-check";
import type { Service } from "../../../src/calico/verdict/ask.js";
import { gnp, np, object, vm } from "../verdict/flow.js";

/** Small clusters in which everything occurs that tells connections apart. */
export const port = (protocol: number, dstPort: number): Service => ({ protocol, dstPort, icmp: null });
const icmp = (type: number, code: number): Service => ({ protocol: 1, dstPort: null, icmp: { type, code } });
export const services = [
  ...[1, 80, 81, 90, 91, 443].map((one) => port(6, one)),
  ...[53, 67, 80, 443, 65535].map((one) => port(17, one)),
  ...[icmp(8, 0), icmp(8, 1), icmp(3, 4), { protocol: 47, dstPort: null, icmp: null }],
];
export const outside = [
  "8.8.8.8",
  "10.0.0.200",
  "10.0.1.7",
  "192.0.2.1",
  "192.0.2.129",
  "169.254.169.254",
  "255.255.255.255",
  "10.0.0.254",
  "2001:db8::1",
];
export const vms = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.1.9", "203.0.113.9", "192.168.0.1", "fd00::1", "fd00::2"];

const value = fc.constantFrom("web", "db", "x");
const label = fc.constantFrom("app", "env");
const selector = fc.oneof(
  fc.tuple(label, fc.constantFrom("==", "!="), value).map(([name, op, to]) => `${name} ${op} '${to}'`),
  label.map((name) => `has(${name})`),
  label.map((name) => `!has(${name})`),
  fc.constant("all()"),
);
const net = fc.constantFrom("10.0.0.0/24", "10.0.0.2/32", "192.0.2.0/24", "192.0.2.128/25", "0.0.0.0/0", "203.0.113.0/24", "fd00::/64");
const ports = fc.array(fc.constantFrom<string | number>(80, "80:90", "443", 53, "http"), { minLength: 1, maxLength: 2 });
const nets = fc.array(net, { minLength: 1, maxLength: 2 });
const end = fc.record(
  { selector, notSelector: selector, nets, notNets: nets, namespaceSelector: fc.constantFrom("all()", "global()") },
  { requiredKeys: [] },
);
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 });
const about = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  fc.record({
    protocol: fc.constantFrom("TCP", "UDP"),
    ports: sometimes(ports),
    notPorts: sometimes(ports),
    sourcePorts: fc.option(ports, { nil: undefined, freq: 9 }),
  }),
  fc.record({ protocol: fc.constant("ICMP"), icmp: fc.record({ type: fc.constantFrom(8, 3), code: sometimes(fc.constantFrom(0, 4)) }) }),
  fc.record({ protocol: fc.constant("ICMP"), notICMP: fc.record({ type: fc.constantFrom(8, 3) }) }),
  fc.record({ notProtocol: fc.constantFrom("TCP", "UDP", 47) }),
  fc.record({ ipVersion: fc.constantFrom(4, 6) }),
);
const action = fc.constantFrom("Allow", "Allow", "Deny", "Pass", "Log");
const rule = fc
  .record({ action, source: sometimes(end), destination: sometimes(end), about })
  .map(({ action: does, source, destination, about: of }) => {
    const { ports: to, notPorts, sourcePorts, ...rest } = of as Record<string, unknown>;
    return {
      action: does,
      ...rest,
      source: { ...source, ...(sourcePorts === undefined ? {} : { ports: sourcePorts }) },
      destination: { ...destination, ...(to === undefined ? {} : { ports: to }), ...(notPorts === undefined ? {} : { notPorts }) },
    };
  });
const http = rule.map((one) => ({ ...one, http: { methods: ["GET"] } }));
const rules = fc.array(fc.oneof({ weight: 14, arbitrary: rule }, { weight: 1, arbitrary: http }), { maxLength: 3 });
const types = fc.constantFrom(["Ingress"], ["Egress"], ["Ingress", "Egress"]);
const spec = fc.record({
  order: fc.integer({ min: 1, max: 3 }),
  tier: fc.constantFrom("default", "default", "first"),
  selector: fc.oneof({ weight: 20, arbitrary: selector }, { weight: 1, arbitrary: fc.constant("app ==") }),
  types,
  applyOnForward: fc.nat(11).map((one) => one === 0),
  ingress: rules,
  egress: rules,
});
export const policies = fc
  .array(fc.tuple(fc.boolean(), spec), { minLength: 1, maxLength: 5 })
  .map((all) => all.map(([global, one], i) => (global ? gnp(`p${i}`, one) : np(`p${i}`, one))));
const labels = fc.record({ app: value, env: value }, { requiredKeys: [] });
export const endpoints = fc
  .record({
    l1: labels,
    l2: labels,
    l3: labels,
    l4: labels,
    set: labels,
    host: labels,
    end: fc.constantFrom("Deny", "Pass"),
    twice: fc.nat(9).map((one) => one === 0),
  })
  .map(({ l1, l2, l3, l4, set, host, end: defaultAction, twice }) => [
    object("Tier", "first", { order: 10, defaultAction }),
    vm("a", "10.0.0.1/32", { labels: l1, ipv4Gateway: "10.0.0.254", ipNetworks: ["10.0.0.1/32", "fd00::1/128"] }),
    vm("b", "10.0.0.2/32", { labels: l2, node: "c2", ipNATs: [{ internalIP: "10.0.0.2", externalIP: "203.0.113.9" }], profiles: ["open"] }),
    vm("c", "10.0.0.3/32", { labels: l3, ipNetworks: ["10.0.0.3/32", "fd00::2/128", ...(twice ? ["10.0.0.1/32"] : [])] }),
    vm("d", "10.0.0.4/32", {
      labels: l4,
      ipNetworks: ["10.0.0.4/32", "10.0.1.8/29"],
      ports: [{ name: "http", protocol: "TCP", port: 81 }],
      orchestrator: "k8s",
    }),
    object("HostEndpoint", "h", { node: "c1", expectedIPs: ["192.168.0.1"] }),
    { ...object("GlobalNetworkSet", "s", { nets: ["192.0.2.0/25", "10.0.0.3/32"] }), metadata: { name: "s", labels: set } },
    object("Profile", "open", { labelsToApply: host, ingress: [{ action: "Allow", protocol: "UDP" }], egress: [{ action: "Allow" }] }),
  ]);
