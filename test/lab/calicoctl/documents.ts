import type { Json } from "./generate.js";

/** A document that Calico takes, and what it has in etcd afterwards. */
export interface Written {
  kind: string;
  plural: string;
  name: string;
  /** "" for a kind without. */
  namespace: string;
  spec: Json;
  labels: Json;
  /** Spec as it must be stored, where defaults or normal forms make it another. */
  storedSpec: Json;
  storedLabels: Json;
  /** Another valid spec of the same object. */
  otherSpec: Json;
}

type Part = Pick<Written, "kind" | "spec" | "otherSpec"> & Partial<Written>;

/** The kinds that the bot changes, each once; nothing of it is in any recording. Other numbers give other names and values. */
export function written(n: number): Written[] {
  return [tier(n), ...policies(n), ...routing(n), ...hosts(n), ...sets(n), profile(n)].map((part) => whole(n, part));
}

function whole(n: number, { kind, spec, ...more }: Part): Written {
  const name = `${kind.toLowerCase().slice(0, 9)}-${n}`;
  const plural = `${kind.toLowerCase()}s`.replace("policys", "policies");
  const labels = { site: `hall-${n}`, "example.org/owner": "net.ops_1" };
  return { kind, plural, name, namespace: "", spec, labels, storedSpec: spec, storedLabels: labels, ...more };
}

const tierLabel = "projectcalico.org/tier";
const labelled = (n: number, tier: string): Json => ({ site: `hall-${n}`, "example.org/owner": "net.ops_1", [tierLabel]: tier });

function tier(n: number): Part {
  return { kind: "Tier", spec: { order: 40 + n }, otherSpec: { order: 41.5 + n }, storedSpec: { order: 40 + n, defaultAction: "Deny" } };
}

/** A policy of the tier above with rules for both ways, and one of the default tier whose types are filled in. */
function policies(n: number): Part[] {
  const port = 9000 + n;
  const rule = {
    action: "Allow",
    protocol: "UDP",
    source: { notNets: [`10.${n}.0.0/16`] },
    destination: { ports: [`${port}:${port + 9}`, "dns"] },
  };
  const storedRule = { action: "Allow", protocol: "UDP", source: rule.source, destination: rule.destination };
  const bare = { action: "Deny", source: {}, destination: {} };
  const [tier, order, selector] = [`tier-${n}`, 0.5 + n, `rack in {'r${n}', "r-x"}`];
  const global = { tier, order, selector, ingress: [rule], egress: [{ action: "Deny" }] };
  const local = { selector: `!has(app) || app contains '${n}'`, egress: [{ action: "Log", icmp: { type: 3 }, protocol: "ICMP" }] };
  const logged = { action: "Log", protocol: "ICMP", icmp: { type: 3 }, source: {}, destination: {} };
  return [
    {
      kind: "GlobalNetworkPolicy",
      spec: global,
      otherSpec: { ...global, order: 7 },
      storedSpec: { tier, order, ingress: [storedRule], egress: [bare], selector, types: ["Ingress", "Egress"] },
      storedLabels: labelled(n, tier),
    },
    {
      kind: "NetworkPolicy",
      namespace: `tenant-${n}`,
      spec: local,
      otherSpec: { ...local, order: 12 },
      storedSpec: { tier: "default", egress: [logged], selector: local.selector, types: ["Egress"] },
      storedLabels: labelled(n, "default"),
    },
  ];
}

function routing(n: number): Part[] {
  const pool = { cidr: `fd00:${n}::/64`, ipipMode: "Never", natOutgoing: true };
  const uses = { allowedUses: ["Workload", "Tunnel"], assignmentMode: "Automatic" };
  const modes = { vxlanMode: "Never", ipipMode: "Never" };
  const filled = { cidr: pool.cidr, ...modes, natOutgoing: true, blockSize: 122, nodeSelector: "all()", ...uses };
  const peer = { nodeSelector: `rack == 'r${n}'`, peerIP: `[fd00:9::${n}]:1179`, asNumber: `${n}.7` };
  return [
    { kind: "IPPool", spec: pool, otherSpec: { ...pool, disabled: true }, storedSpec: filled },
    { kind: "BGPPeer", spec: peer, otherSpec: { ...peer, asNumber: 64_600 }, storedSpec: { ...peer, asNumber: n * 65_536 + 7 } },
    {
      kind: "BGPConfiguration",
      name: `node.peer-${n}`,
      spec: { logSeverityScreen: "Debug" },
      otherSpec: { logSeverityScreen: "Error" },
      storedSpec: { logSeverityScreen: "Debug", serviceLoadBalancerAggregation: "Enabled" },
    },
  ];
}

function hosts(n: number): Part[] {
  const felix = { reportingInterval: "90s", interfacePrefix: "tap" };
  const filled = { interfacePrefix: "tap", reportingInterval: "1m30s", nftablesMode: "Auto", bpfLogLevel: "" };
  const own = { bpfConnectTimeLoadBalancing: "TCP", bpfHostNetworkedNATWithoutCTLB: "Enabled", floatingIPs: "Disabled" };
  const node = { bgp: { ipv4Address: `198.18.${n}.4/24`, asNumber: 65_010 } };
  const ordered = { bgp: { asNumber: 65_010, ipv4Address: `198.18.${n}.4/24` } };
  const endpoint = {
    node: `host-${n}`,
    interfaceName: "*",
    expectedIPs: [`198.18.${n}.4`],
    ports: [{ name: "ssh", protocol: "TCP", port: 22 }],
  };
  return [
    { kind: "FelixConfiguration", spec: felix, otherSpec: { ...felix, interfacePrefix: "tap,veth" }, storedSpec: { ...filled, ...own } },
    { kind: "Node", name: `host-${n}`, spec: node, otherSpec: { bgp: { ...node.bgp, asNumber: 65_011 } }, storedSpec: ordered },
    { kind: "HostEndpoint", spec: endpoint, otherSpec: { ...endpoint, interfaceName: "bond0.7" } },
  ];
}

function sets(n: number): Part[] {
  const spec = { nets: [`203.0.${n}.0/24`, "2001:db8::7"] };
  const otherSpec = { nets: [`203.0.${n}.128/25`] };
  return [
    { kind: "NetworkSet", namespace: `tenant-${n}`, spec, otherSpec },
    { kind: "GlobalNetworkSet", spec, otherSpec },
  ];
}

function profile(n: number): Part {
  const spec = { ingress: [{ action: "Pass" }], labelsToApply: { level: `l${n}` } };
  const whole = { ingress: [{ action: "Pass", source: {}, destination: {} }], labelsToApply: spec.labelsToApply };
  return { kind: "Profile", spec, otherSpec: { labelsToApply: { level: "other" } }, storedSpec: whole };
}
