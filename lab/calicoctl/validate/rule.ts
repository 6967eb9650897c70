import type { Json } from "../input/decode.js";
import { parseCidr, parseCidrOrIp } from "./address.js";
import { struct, text, texts } from "./members.js";
import { isSelector } from "./selector.js";
import { byTag, shownAs, type Wrong } from "./wrong.js";

/** A rule of a policy or profile: its fields, its two sides, and then what they must keep to together. */
export function rule(own: Json): Wrong[] {
  const action = text(own, "action");
  const ipVersion = own["ipVersion"];
  return [
    ...(/^(Allow|Deny|Log|Pass)$/.test(action) ? [] : [byTag("Action", action, "action")]),
    ...(ipVersion === undefined || ipVersion === 4 || ipVersion === 6 ? [] : [byTag("IPVersion", ipVersion, "ipVersion")]),
    ...protocol(own["protocol"]),
    ...icmp(struct(own, "icmp")),
    ...protocol(own["notProtocol"]),
    ...icmp(struct(own, "notICMP")),
    ...side(struct(own, "source")),
    ...side(struct(own, "destination")),
    ...ports(own),
    ...icmpProtocol(own),
    ...nets(own),
  ];
}

function protocol(value: unknown): Wrong[] {
  if (value === undefined) return [];
  if (typeof value === "number") return value === 0 ? [{ name: "Protocol", value: "0", reason: "protocol number invalid" }] : [];
  const name = shownAs(value);
  const known = /^(TCP|UDP|ICMP|ICMPv6|SCTP|UDPLite)$/.test(name);
  return known ? [] : [{ name: "Protocol", value: name, reason: "protocol name invalid" }];
}

function icmp(own: Json): Wrong[] {
  const within = (name: string, value: unknown, most: number): Wrong[] => {
    if (value === undefined) return [];
    if (Number(value) < 0) return [byTag(name, value, "gte")];
    return Number(value) > most ? [byTag(name, value, "lte")] : [];
  };
  const alone = own["code"] !== undefined && own["type"] === undefined;
  return [
    ...within("Type", own["type"], 254),
    ...within("Code", own["code"], 255),
    ...(alone ? [{ name: "Code", value: "0xc000", reason: "ICMP code specified without an ICMP type" }] : []),
  ];
}

function side(own: Json): Wrong[] {
  const net = (name: string): Wrong[] =>
    texts(own, name === "Nets" ? "nets" : "notNets").flatMap((value, i) =>
      isNetwork(value) ? [] : [byTag(`${name}[${i}]`, value, "net")],
    );
  return [
    ...net("Nets"),
    ...selector("Selector", text(own, "selector")),
    ...selector("NamespaceSelector", text(own, "namespaceSelector")),
    ...portsOf(own, "ports"),
    ...net("NotNets"),
    ...selector("NotSelector", text(own, "notSelector")),
    ...portsOf(own, "notPorts"),
    ...selector("Selector", text(struct(own, "serviceAccounts"), "selector")),
    ...globalOnly(own),
  ];
}

function globalOnly(own: Json): Wrong[] {
  const value = text(own, "selector");
  return value.includes("global()")
    ? [{ name: "Selector field", value, reason: "global() can only be used in an EntityRule namespaceSelector" }]
    : [];
}

export const selector = (name: string, value: string): Wrong[] => (isSelector(value) ? [] : [byTag(name, value, "selector")]);

/** A network without host bits, or one address. */
export function isNetwork(value: string): boolean {
  const cidr = parseCidrOrIp(value);
  return cidr !== null && cidr.address === cidr.network;
}

function portsOf(own: Json, name: string): Wrong[] {
  const reason = "port range invalid, port number must be between 1 and 65535";
  return ((own[name] ?? []) as readonly unknown[]).flatMap((port) =>
    port === 0 || String(port).startsWith("0:") ? [{ name: "Port", value: "0", reason }] : [],
  );
}

const carriesPorts = (value: unknown): boolean => ["TCP", "UDP", "SCTP", 6, 17, 132].includes(value as string | number);

function ports(own: Json): Wrong[] {
  if (carriesPorts(own["protocol"])) return [];
  const bare = own["protocol"] === undefined;
  const reason = `rules ${bare ? "with numeric port or port range" : "that specify ports"} must set protocol to TCP or UDP or SCTP`;
  return ["Source", "Destination"].flatMap((name) =>
    ["Ports", "NotPorts"].flatMap((which) => {
      const value = (struct(own, name.toLowerCase())[which === "Ports" ? "ports" : "notPorts"] ?? []) as readonly unknown[];
      const matters = bare ? value.some((port) => typeof port === "number" || /^\d+:\d+$/.test(String(port))) : value.length > 0;
      return matters ? [{ name: `${name}.${which}`, value: shownAs(value), reason }] : [];
    }),
  );
}

function icmpProtocol(own: Json): Wrong[] {
  const { protocol: named, notProtocol, ipVersion } = own;
  const wrong: Wrong[] = [];
  if (own["icmp"] !== undefined && named !== "ICMP" && named !== "ICMPv6")
    wrong.push({ name: "ICMP", value: "0xc000", reason: "rules that specify ICMP fields must set protocol to ICMP" });
  for (const [name, version] of [
    ["ICMP", 4],
    ["ICMPv6", 6],
  ])
    if ((named === name || notProtocol === name) && ipVersion !== undefined && ipVersion !== version)
      wrong.push({
        name: "IPVersion",
        value: "0xc000",
        reason: `must set ipversion to '${version}' with protocol ${String(name).toLowerCase()}`,
      });
  return wrong;
}

/** Networks must be of the rule's IP version, and all of one. */
function nets(own: Json): Wrong[] {
  const seen = new Set<number>();
  const places = ["Source.Nets", "Source.NotNets", "Destination.Nets", "Destination.NotNets"];
  return places.flatMap((name) => {
    const [side = "", which = ""] = name.split(".");
    const values = texts(struct(own, side.toLowerCase()), which === "Nets" ? "nets" : "notNets");
    const versions = new Set(values.map((value) => parseCidr(value)?.version).filter((version) => version !== undefined));
    const wrong: Wrong[] = values.filter((value) => parseCidr(value) === null).map((value) => ({ name, value, reason: "invalid CIDR" }));
    const { ipVersion } = own;
    if (ipVersion !== undefined && [...versions].some((version) => version !== ipVersion))
      wrong.push({ name, value: shownAs(texts(struct(own, "source"), "nets")), reason: "rule IP version doesn't match CIDR version" });
    if (versions.size > 0 && new Set([...seen, ...versions]).size > 1)
      wrong.push({ name, value: shownAs(values), reason: "rule contains both IPv4 and IPv6 CIDRs" });
    for (const version of versions) seen.add(version);
    return wrong;
  });
}
