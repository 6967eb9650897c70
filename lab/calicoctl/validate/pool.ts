import type { Json } from "../input/decode.js";
import { type Cidr, overlap, parseCidr, parseCidrOrIp, shownCidr } from "./address.js";
import { specOf, text, texts } from "./members.js";
import { metadata } from "./metadata.js";
import { isNetwork, selector } from "./rule.js";
import { byTag, shownAs, type Wrong } from "./wrong.js";

const modes = /^(Always|CrossSubnet|Never)$/;
export const tooSmall = "IP pool size is too small for use with Calico IPAM. It must be equal to or greater than the block size.";
const linkLocal = [
  [4, "169.254.0.0/16", "IPv4"],
  [6, "fe80::/10", "IPv6"],
] as const;

/** Family and range of link-local addresses that a network touches, or null. */
export function linkLocalOf(cidr: Cidr): string | null {
  const [, range, family] = linkLocal.find(([, net]) => overlap(cidr, parseCidr(net) as Cidr)) ?? [];
  return range === undefined ? null : `overlaps with ${family} Link Local range ${range}`;
}

/** Is packets' encapsulation on? */
export const isOn = (mode: string): boolean => mode === "Always" || mode === "CrossSubnet";

/** A pool, as far as it can be judged alone. */
export function ipPool(object: Json): Wrong[] {
  const spec = specOf(object);
  const [cidr, ipip, vxlan] = [text(spec, "cidr"), text(spec, "ipipMode"), text(spec, "vxlanMode")];
  return [
    ...metadata(object),
    ...(cidr === "" || isNetwork(cidr) ? [] : [byTag("CIDR", cidr, "net")]),
    ...(vxlan === "" || modes.test(vxlan) ? [] : [byTag("VXLANMode", vxlan, "vxlanMode")]),
    ...(ipip === "" || modes.test(ipip) ? [] : [byTag("IPIPMode", ipip, "ipIpMode")]),
    ...selector("NodeSelector", text(spec, "nodeSelector")),
    ...together(spec),
  ];
}

function together(spec: Json): Wrong[] {
  const [given, ipip] = [text(spec, "cidr"), text(spec, "ipipMode")];
  const about = (name: string, value: string, reason: string): Wrong => ({ name: `IPpool.${name}`, value, reason });
  if (given === "") return [about("CIDR", "", "IPPool CIDR must be specified"), about("CIDR", "<nil>", tooSmall)];
  const cidr = parseCidrOrIp(given);
  if (!cidr) return [about("CIDR", given, "IPPool CIDR must be a valid subnet")];
  const wrong: Wrong[] = [];
  if (cidr.version === 6 && ipip !== "Never")
    wrong.push(about("IPIPMode", ipip, "IPIPMode other than 'Never' is not supported on an IPv6 IP pool"));
  if (isOn(ipip) && isOn(text(spec, "vxlanMode")))
    wrong.push(about("IPIPMode", ipip, "IPIPMode and VXLANMode cannot be enabled on LoadBalancer IP pool"));
  const blockSize = Number(spec["blockSize"] ?? (cidr.version === 4 ? 26 : 122));
  if (!spec["disabled"] && cidr.length > blockSize) wrong.push(about("CIDR", shownCidr(cidr), tooSmall));
  if (cidr.address !== cidr.network) wrong.push(about("CIDR", shownCidr(cidr), "IP pool CIDR is not strictly masked"));
  const local = linkLocalOf(cidr);
  if (local !== null) wrong.push(about("CIDR", shownCidr(cidr), `IP pool range ${local}`));
  return [...wrong, ...uses(spec)];
}

function uses(spec: Json): Wrong[] {
  const all = texts(spec, "allowedUses");
  const name = "IPpool.AllowedUses";
  const balancer = all.includes("LoadBalancer");
  return all.flatMap((use) => {
    if (use === "LoadBalancer") return [];
    if (use !== "Workload" && use !== "Tunnel") return [{ name, value: shownAs(all), reason: `unknown use: ${use}` }];
    return balancer ? [{ name, value: shownAs(all), reason: `LoadBalancer cannot be used at the same time as: ${use}` }] : [];
  });
}
