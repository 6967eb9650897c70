import { createHash } from "node:crypto";

/** An object as it lies in etcd, and as calicoctl must show it. */
export interface Generated {
  kind: string;
  plural: string;
  namespace: string;
  name: string;
  stored: Json;
  /** Without the resource version. */
  shown: Json;
}

export type Json = Record<string, unknown>;

/** Text that a careless printer gets wrong, none of it in any recording. */
export const awkward: readonly string[] = [
  ...["yes", "No", "on", "OFF", "y", "n", "true", "False", "null", "Null", "~", "<<", "=", ""],
  ...["1e3", "0x1f", "010", "0b11", "1_000", "+5", "-7", ".5", "5.", "-.inf", ".NaN", "12:30:45", "0o17", "08", "1.2.3", "1e", "_1"],
  ...["2026-01-02", "2026-1-2", "2026-1-2 3:4:5", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.5+01:00"],
  ...[" leads", "trails ", "a: b", "a:b", "a #b", "a#b", "#x", "- x", "-x", "-", "? x", "?", ":", ":x", "a:", "[x]", "{x}", "]", ","],
  ...[
    "'q'",
    '"dq"',
    "it's",
    'don\'t: "no"',
    "back\\slash",
    "tab\there",
    "cr\rhere",
    "\u0001",
    "bell\u0007",
    "nbsp\u00a0x",
    "nel\u0085x",
    "line\u2028sep",
  ],
  ...["two\nlines", "two\nlines\n", "\nfirst", "a\n\n", "blank \nend", "deep\n  indent\n", "\n", "a\n b", "tab\tand\nline"],
  ...[
    "ümlaut ☃ 漢字",
    "emoji 😀 end",
    "😀",
    "<b>&amp;</b>",
    "*",
    "&a",
    "!x",
    "%d",
    "@x",
    "`x",
    "|",
    ">",
    "---",
    "...",
    "--- x",
    "$(id)",
    "a  b",
  ],
  "selector == 'long' && ".repeat(12) + "has(end)",
  `it's ${"very long and quoted: ".repeat(9)}`,
  `tab\t${"and long ".repeat(20)}`,
  "x".repeat(300),
];

/** A small generator of numbers that is the same everywhere. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Source {
  below(limit: number): number;
  text(): string;
  pick<T>(from: readonly T[]): T;
  id(): string;
}

function source(seed: number): Source {
  const below = dice(seed);
  let drawn = 0;
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const id = (): string =>
    createHash("md5")
      .update(`${seed} ${drawn++}`)
      .digest("hex")
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return { below, pick, id, text: () => awkward[(drawn++ + seed) % awkward.length] ?? "" };
}

/** A whole keyspace of many kinds; the same for the same seed. */
export function generated(seed: number): Generated[] {
  const from = source(seed);
  const many = (make: (from: Source, i: number) => Generated, count: number): Generated[] =>
    Array.from({ length: count }, (_, i) => make(from, i));
  return [
    ...many(node, 6),
    ...many(pool, 4),
    ...many(neutronPolicy, 8),
    ...many(policy, 6),
    ...many(networkSet, 40),
    ...many(endpoint, 10),
    ...many(tier, 3),
    ...many(peer, 4),
    ...many(profile, 4),
    ...many(felix, 3),
    ...many(hostEndpoint, 4),
  ];
}

interface Parts {
  name: string;
  namespace?: string;
  spec: Json;
  /** The spec as it is shown, where that differs. */
  shownSpec?: Json;
  status?: Json;
  labels?: Json;
  /** Labels as shown. */
  shownLabels?: Json;
  annotations?: Json;
}

function whole(kind: string, plural: string, from: Source, parts: Parts): Generated {
  const { name, namespace = "", spec, shownSpec = spec, status, labels = {}, shownLabels = labels, annotations = {} } = parts;
  const type = { kind, apiVersion: "projectcalico.org/v3" };
  const meta = { name, ...(namespace && { namespace }), uid: from.id(), creationTimestamp: "2026-03-04T05:06:07Z" };
  const filled = (name: string, value: Json): Json => (Object.keys(value).length > 0 ? { [name]: value } : {});
  return {
    kind,
    plural,
    namespace,
    name,
    stored: {
      ...type,
      metadata: { ...meta, labels, annotations, selfLinked: true },
      spec: { ...spec, madeUpField: [1] },
      ...(status && { status }),
    },
    shown: {
      ...type,
      metadata: { ...meta, ...filled("labels", shownLabels), ...filled("annotations", annotations) },
      spec: shownSpec,
      ...(status && { status }),
    },
  };
}

const someLabels = (from: Source): Json =>
  Object.fromEntries(
    Array.from({ length: from.below(4) }, (_, i) => [from.pick(["rack", "10", "9", "a-b.c/d_e", "Zone", "x2", "x10"]) + i, from.text()]),
  );

function node(from: Source, i: number): Generated {
  const asNumber = from.pick([64512, 4_200_000_000, "1.10"]);
  const bgp = { ipv6Address: `fd00:${i}::${from.below(9999)}/64`, asNumber, ipv4Address: "" };
  const { ipv4Address: _, ...shown } = { ...bgp, asNumber: asNumber === "1.10" ? 65_546 : asNumber };
  const rest = { orchRefs: [{ orchestrator: "openstack", nodeName: `node-${i}-a--b` }], addresses: [] };
  const { addresses: __, ...shownRest } = rest;
  return whole("Node", "nodes", from, {
    name: `rack-${i}-node--${from.below(99)}`,
    labels: someLabels(from),
    spec: { bgp, ...rest },
    shownSpec: { bgp: shown, ...shownRest },
    status: {},
  });
}

function pool(from: Source, i: number): Generated {
  const spec = { cidr: `fd00:${i}::/${64 + i}`, blockSize: 116 + i, nodeSelector: from.text() || "all()", disabled: i === 1 };
  const { disabled, ...rest } = spec;
  return whole("IPPool", "ippools", from, { name: `pool-${i}`, spec, shownSpec: disabled ? spec : rest });
}

/** As Neutron's driver writes them: no tier, no order, no types, and empty lists. */
function neutronPolicy(from: Source, i: number): Generated {
  const nets = [`2001:db8:${i}::/48`, "::/0"];
  const ingress = [
    {
      action: "Allow",
      ipVersion: 6,
      protocol: from.pick([6, "TCP"]),
      source: { nets },
      destination: { ports: ["80", "8000:8099", "443:443", 22] },
    },
    { action: "Deny", source: {}, destination: {} },
  ];
  const shown = [{ ...ingress[0], destination: { ports: [80, "8000:8099", 443, 22] } }, { action: "Deny" }];
  const selector = `has(sg.projectcalico.org/openstack-${from.id()})`;
  return whole("NetworkPolicy", "networkpolicies", from, {
    name: `ossg.default.${from.id()}`,
    namespace: from.pick(["openstack", "openstack-region-north--2", "openstack-region-süd"]),
    shownLabels: { "projectcalico.org/tier": "default" },
    spec: { ingress, egress: [], selector },
    shownSpec: { ingress: shown, selector },
  });
}

function policy(from: Source, i: number): Generated {
  const order = from.pick([0, 1.5, 1_000_000, 1e21, -3, 0.000_01, 1_234_567.5]);
  const rule = { action: "Log", metadata: { annotations: { note: from.text() } }, icmp: { type: 0, code: 0 }, protocol: "ICMPv6" };
  const http = { action: "Allow", http: { methods: ["GET"], paths: [{ prefix: from.text() || "/" }] } };
  const spec = { tier: `tier-${i}`, order, selector: from.text() || "all()", types: ["Egress"], egress: [rule, http], doNotTrack: false };
  const { doNotTrack: _, ...shownSpec } = spec;
  const labels = { "projectcalico.org/tier": `tier-${i}` };
  const annotations = { ["long/note"]: from.text(), z: from.text() };
  return whole("GlobalNetworkPolicy", "globalnetworkpolicies", from, { name: `p.${i}-x`, labels, annotations, spec, shownSpec });
}

function networkSet(from: Source, i: number): Generated {
  const annotations = { note: from.text(), other: from.text(), third: from.text() };
  const spec = i % 3 === 0 ? {} : { nets: [`192.0.2.${i}/32`, from.text()] };
  return whole("NetworkSet", "networksets", from, {
    name: `set-${i}`,
    namespace: `ns-${i % 2}`,
    annotations,
    labels: someLabels(from),
    spec,
  });
}

function endpoint(from: Source, i: number): Generated {
  const [device, port] = [from.id(), from.id()];
  const host = `rack-${i % 3}-node`;
  const region = from.pick(["openstack", "openstack-region-north--2"]);
  const nat = { internalIP: `10.9.0.${i}`, externalIP: `203.0.113.${i}` };
  const shownSpec = {
    orchestrator: "openstack",
    workload: device,
    node: host,
    endpoint: port,
    ipNetworks: [`10.9.0.${i}/32`, `fd00:9::${i}/128`],
    ...(i % 2 === 0 && { ipNATs: [nat] }),
    interfaceName: `tap${port.slice(0, 11)}`,
    mac: `fa:16:3e:00:00:${String(10 + i)}`,
    qosControls: { ingressBandwidth: 10 ** 15, egressPacketRate: 7 },
  };
  const spec = { ...shownSpec, allowedIps: [], profiles: [], qosControls: { ...shownSpec.qosControls, egressBurst: 0 } };
  const name = [host, "openstack", device, port].map((part) => part.replaceAll("-", "--")).join("-");
  const labels = { "projectcalico.org/openstack-project-name": from.text(), [`sg.projectcalico.org/openstack-${port}`]: from.text() };
  return whole("WorkloadEndpoint", "workloadendpoints", from, { name, namespace: region, labels, spec, shownSpec });
}

function tier(from: Source, i: number): Generated {
  const spec = { order: [300, 20.5, 100][i], defaultAction: from.pick(["Deny", "Pass"]) };
  return whole("Tier", "tiers", from, { name: `tier-${i}`, spec, status: {} });
}

function peer(from: Source, i: number): Generated {
  const spec = { peerIP: `[fd00::${i}]:179`, asNumber: 4_294_967_295 - i, maxRestartTime: from.pick(["90s", "1h30m", "1500ms", "0"]) };
  const shown = { "90s": "1m30s", "1h30m": "1h30m0s", "1500ms": "1.5s", "0": "0s" }[spec.maxRestartTime];
  const filters = [from.text()];
  return whole("BGPPeer", "bgppeers", from, {
    name: `peer-${i}`,
    spec: { ...spec, filters, keepOriginalNextHop: i === 0 },
    shownSpec: { ...spec, maxRestartTime: shown, filters, ...(i === 0 && { keepOriginalNextHop: true }) },
  });
}

function profile(from: Source, i: number): Generated {
  const labelsToApply = { "10": from.text(), "9": from.text(), b: from.text() };
  return whole("Profile", "profiles", from, { name: `kns.${i}`, spec: { labelsToApply, ingress: [] }, shownSpec: { labelsToApply } });
}

function felix(from: Source, i: number): Generated {
  const spec = {
    logSeverityScreen: from.text() || "Info",
    ipipMTU: 0,
    ipv6Support: false,
    failsafeInboundHostPorts: [],
    reportingTTL: "2m",
  };
  const more = { routeTableRanges: [{ min: 1, max: 250 }], natPortRange: "1000:2000", healthHost: "", bpfLogFilters: { all: from.text() } };
  return whole("FelixConfiguration", "felixconfigurations", from, {
    name: `node.rack-${i}`,
    spec: { ...spec, ...more, mtuIfacePattern: "" },
    shownSpec: { ...spec, ...more, reportingTTL: "2m0s", bpfLogLevel: "" },
  });
}

function hostEndpoint(from: Source, i: number): Generated {
  const ports = [{ name: from.text(), protocol: from.pick([132, "SCTP"]), port: 9 + i }];
  const spec = { node: `rack-${i}`, interfaceName: "*", ports, expectedIPs: i % 2 === 0 ? [] : ["fd00::1"] };
  const { expectedIPs, ...rest } = spec;
  return whole("HostEndpoint", "hostendpoints", from, { name: `hep-${i}`, spec, shownSpec: expectedIPs.length > 0 ? spec : rest });
}
