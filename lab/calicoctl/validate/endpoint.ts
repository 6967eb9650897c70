import type { Json } from "../input/decode.js";
import { parseCidrOrIp, parseIp } from "./address.js";
import { specOf, structs, text, texts } from "./members.js";
import { label, metadata } from "./metadata.js";
import { byTag, shownAs, type Wrong } from "./wrong.js";

const carriesPorts = (value: unknown): boolean => ["TCP", "UDP", "SCTP", 6, 17, 132].includes(value as string | number);

export function hostEndpoint(object: Json): Wrong[] {
  const spec = specOf(object);
  const [name, node] = [text(spec, "interfaceName"), text(spec, "node")];
  const ips = texts(spec, "expectedIPs");
  const about = (value: string, reason: string): Wrong => ({ name: "InterfaceName", value, reason });
  return [
    ...metadata(object),
    ...(node === "" || new RegExp(`^${label}(\\.${label})*$`).test(node) ? [] : [byTag("Node", node, "name")]),
    ...(name === "" || name === "*" || /^[a-zA-Z0-9_.-]{1,15}$/.test(name) ? [] : [byTag("InterfaceName", name, "interface")]),
    ...ips.flatMap((ip, i) => (parseIp(ip) ? [] : [byTag(`ExpectedIPs[${i}]`, ip, "ip")])),
    ...structs(spec, "ports").flatMap(endpointPort),
    ...(name === "" && ips.length === 0 ? [about(name, "no interface or expected IPs have been specified")] : []),
    ...(node === "" ? [about(node, "no node has been specified")] : []),
  ];
}

function endpointPort(port: Json): Wrong[] {
  const value = shownAs(port["protocol"]);
  return carriesPorts(port["protocol"])
    ? []
    : [{ name: "EndpointPort.Protocol", value, reason: "EndpointPort protocol does not support ports." }];
}

export function workloadEndpoint(object: Json): Wrong[] {
  const networks = texts(specOf(object), "ipNetworks");
  return [
    ...metadata(object),
    ...networks.flatMap((value) => {
      const cidr = parseCidrOrIp(value);
      if (!cidr) return [{ name: "IPNetworks", value, reason: "invalid CIDR" }];
      const whole = cidr.length === (cidr.version === 4 ? 32 : 128);
      return whole ? [] : [{ name: "IPNetworks", value: shownAs(networks), reason: "IP network contains multiple addresses" }];
    }),
  ];
}

/** A set of networks, of a namespace or of the whole cluster. */
export function networkSet(object: Json): Wrong[] {
  return [
    ...metadata(object),
    ...texts(specOf(object), "nets").flatMap((net, i) => (parseCidrOrIp(net) ? [] : [byTag(`Nets[${i}]`, net, "cidr")])),
  ];
}
