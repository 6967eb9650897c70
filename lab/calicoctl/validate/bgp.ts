import type { Json } from "../input/decode.js";
import { parseCidrOrIp, parseIp } from "./address.js";
import { metadataOf, specOf, struct, structs, text } from "./members.js";
import { label, metadata } from "./metadata.js";
import { selector } from "./rule.js";
import { byTag, shownAs, type Wrong } from "./wrong.js";

const logLevel = /^(Trace|Debug|Info|Warning|Error|Fatal)$/;
const names = new RegExp(`^${label}(\\.${label})*$`);

export function bgpPeer(object: Json): Wrong[] {
  const spec = specOf(object);
  const [node, peerIp] = [text(spec, "node"), text(spec, "peerIP")];
  return [
    ...metadata(object),
    ...(node === "" || names.test(node) ? [] : [byTag("Node", node, "name")]),
    ...selector("NodeSelector", text(spec, "nodeSelector")),
    ...(peerIp === "" || isAddressAndPort(peerIp) ? [] : [byTag("PeerIP", peerIp, "IP:port")]),
    ...selector("PeerSelector", text(spec, "peerSelector")),
    ...sourceAddress(text(spec, "sourceAddress")),
    ...together(spec),
  ];
}

const sourceAddress = (value: string): Wrong[] =>
  value === "" || /^(UseNodeIP|None)$/.test(value) ? [] : [byTag("SourceAddress", value, "sourceAddress")];

function isAddressAndPort(value: string): boolean {
  const [, v4, v6, port] = /^(?:([\d.]+)|\[([\da-fA-F:.]+)\]):(\d+)$/.exec(value) ?? [];
  if (port === undefined) return parseIp(value) !== null;
  return parseIp(v4 ?? v6 ?? "") !== null && Number(port) >= 1 && Number(port) <= 65_535;
}

function together(spec: Json): Wrong[] {
  const has = (name: string): boolean => text(spec, name) !== "";
  const asNumber = Number(spec["asNumber"] ?? 0);
  const wrong: Wrong[] = [];
  const add = (name: string, value: unknown, reason: string): void => void wrong.push({ name, value: shownAs(value), reason });
  if (has("node") && has("nodeSelector")) add("Node", spec["node"], "Node field must be empty when NodeSelector is specified");
  if (has("peerIP") && has("peerSelector")) add("PeerIP", spec["peerIP"], "PeerIP field must be empty when PeerSelector is specified");
  if (asNumber !== 0 && has("peerSelector")) add("ASNumber", asNumber, "ASNumber field must be empty when PeerSelector is specified");
  if (asNumber === 0 && has("localWorkloadSelector"))
    add("ASNumber", asNumber, "ASNumber field must NOT be empty when LocalWorkloadSelector is specified");
  if (has("peerIP") && has("localWorkloadSelector"))
    add("PeerIP", spec["peerIP"], "PeerIP field must be empty when LocalWorkloadSelector is specified");
  return wrong;
}

export function bgpConfiguration(object: Json): Wrong[] {
  const spec = specOf(object);
  const level = text(spec, "logSeverityScreen");
  const advertised = structs(spec, "prefixAdvertisements");
  return [
    ...metadata(object),
    ...(level === "" || logLevel.test(level) ? [] : [byTag("LogSeverityScreen", level, "logLevel")]),
    ...advertised
      .map((one) => text(one, "cidr"))
      .filter((cidr) => parseCidrOrIp(cidr) === null)
      .map((value) => ({ name: "Spec.PrefixAdvertisement[].CIDR", value, reason: "invalid CIDR value." })),
  ];
}

/** What only the configuration named default may set. */
export function onlyDefault(object: Json): Wrong[] {
  if (text(metadataOf(object), "name") === "default") return [];
  const spec = specOf(object);
  const parts = [
    ["nodeToNodeMeshEnabled", "NodeToNodeMeshEnabled", "nodeToNodeMeshEnabled"],
    ["asNumber", "ASNumber", "ASNumber"],
  ] as const;
  return parts
    .filter(([name]) => spec[name] !== undefined)
    .map(([, field, said]) => ({
      name: `BGPConfiguration.Spec.${field}`,
      reason: `Cannot set ${said} on a non default BGP Configuration.`,
    }));
}

export function node(object: Json): Wrong[] {
  const spec = specOf(object);
  const bgp = struct(spec, "bgp");
  const address = (name: string, field: string, version: 4 | 6): Wrong[] => {
    const value = text(bgp, name);
    return value === "" || parseCidrOrIp(value)?.version === version ? [] : [byTag(field, value, `cidrv${version}`)];
  };
  const empty = spec["bgp"] !== undefined && Object.keys(bgp).length === 0;
  return [
    ...metadata(object),
    ...address("ipv4Address", "IPv4Address", 4),
    ...address("ipv6Address", "IPv6Address", 6),
    ...(empty ? [{ name: "BGP", value: "0xc000", reason: "Spec.BGP should not be empty" }] : []),
  ];
}
