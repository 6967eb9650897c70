import type { Json } from "../input/decode.js";
import type { Kind } from "../kinds.js";
import type { Store } from "../store.js";
import { type Cidr, overlap, parseCidr, parseIp, shownCidr } from "../validate/address.js";
import { metadataOf, specOf, text, texts } from "../validate/members.js";
import { isOn, linkLocalOf, tooSmall } from "../validate/pool.js";
import { sentence, type Wrong } from "../validate/wrong.js";
import { Rejected } from "./rejected.js";

export interface PoolChange {
  store: Store;
  kind: Kind;
  object: Json;
  /** The pool as it was, or null when it is new. */
  old: Json | null;
}

const about = (name: string, value: unknown, reason: string): Wrong => ({ name: `IPPool.Spec.${name}`, value: String(value), reason });

/** The pool with its defaults, once it fits beside the other pools and its own past. */
export async function settledPool({ store, kind, object, old }: PoolChange): Promise<Json> {
  const spec = specOf(object);
  const given = text(spec, "cidr");
  if (given === "") throw new Rejected(sentence([{ name: "IPPool.Spec.CIDR", reason: "IPPool CIDR must be specified" }]));
  const cidr = parseCidr(given);
  if (!cidr) throw new Rejected(sentence([about("CIDR", given, "IPPool CIDR must be a valid subnet")]));
  const filled: Json = {
    ...spec,
    cidr: shownCidr(cidr),
    nodeSelector: text(spec, "nodeSelector") || "all()",
    blockSize: spec["blockSize"] || defaultBlock(cidr),
    allowedUses: texts(spec, "allowedUses").length > 0 ? spec["allowedUses"] : ["Workload", "Tunnel"],
    assignmentMode: spec["assignmentMode"] ?? "Automatic",
    ipipMode: text(spec, "ipipMode") || "Never",
    vxlanMode: text(spec, "vxlanMode") || "Never",
  };
  const others =
    old === null ? await neighbours(store, kind, { name: text(metadataOf(object), "name"), cidr }) : changed(specOf(old), filled);
  const wrong = [
    ...others.filter(({ reason }) => !reason.includes("overlaps")),
    ...size(filled, cidr),
    ...others.filter(({ reason }) => reason.includes("overlaps")),
    ...rest(filled, cidr),
  ];
  if (wrong.length > 0) throw new Rejected(sentence(wrong));
  return { ...object, spec: filled };
}

const defaultBlock = ({ version }: Cidr): number => (version === 4 ? 26 : 122);

function changed(before: Json, now: Json): Wrong[] {
  const block = before["blockSize"] ?? now["blockSize"];
  const sameCidr = before["cidr"] === now["cidr"] || shownOf(text(before, "cidr")) === now["cidr"];
  return [
    ...(sameCidr ? [] : [about("CIDR", now["cidr"], "IPPool CIDR cannot be modified")]),
    ...(block === now["blockSize"] ? [] : [about("BlockSize", now["blockSize"], "IPPool BlockSize cannot be modified")]),
  ];
}

function shownOf(text: string): string {
  const cidr = parseCidr(text);
  return cidr ? shownCidr(cidr) : text;
}

function size({ blockSize, disabled, cidr: shown }: Json, cidr: Cidr): Wrong[] {
  const [least, most] = cidr.version === 4 ? [20, 32] : [116, 128];
  const block = Number(blockSize);
  const reason = `IPv${cidr.version} block size must be between ${least} and ${most}`;
  return [
    ...(block < least || block > most ? [about("BlockSize", block, reason)] : []),
    ...(!disabled && cidr.length > block ? [about("CIDR", shown, tooSmall)] : []),
  ];
}

async function neighbours(store: Store, kind: Kind, { name, cidr }: { name: string; cidr: Cidr }): Promise<Wrong[]> {
  const pools = await store.readAll(kind);
  return pools.flatMap((pool) => {
    const [other, range] = [text(metadataOf(pool), "name"), text(specOf(pool), "cidr")];
    const net = parseCidr(range);
    if (other === name || !net || !overlap(cidr, net)) return [];
    return [about("CIDR", shownCidr(cidr), `IPPool(${name}) CIDR overlaps with IPPool(${other}) CIDR ${range}`)];
  });
}

function rest(spec: Json, cidr: Cidr): Wrong[] {
  const [ipip, vxlan] = [text(spec, "ipipMode"), text(spec, "vxlanMode")];
  const local = linkLocalOf(cidr);
  return [
    ...(vxlan !== "Never" && ipip !== "Never" ? [about("VXLANMode", vxlan, "Cannot enable both VXLAN and IPIP on the same IPPool")] : []),
    ...(cidr.version === 6 && (isOn(ipip) || ipip !== "Never")
      ? [about("IPIPMode", ipip, "IPIP is not supported on an IPv6 IP pool")]
      : []),
    ...(cidr.address === cidr.network ? [] : [about("CIDR", spec["cidr"], "IPPool CIDR is not strictly masked")]),
    ...(local === null ? [] : [about("CIDR", spec["cidr"], `IPPool CIDR ${local}`)]),
  ];
}

/** Addresses that are given out already must lie in blocks of the pool's size. */
export async function checkBlocks(store: Store, object: Json): Promise<void> {
  const spec = specOf(object);
  const cidr = parseCidr(text(spec, "cidr"));
  if (!cidr) return;
  const prefix = `ipam/v2/assignment/ipv${cidr.version}/block/`;
  const blocks = (await store.keys(prefix)).map((key) => blockOf(key.slice(`/calico/${prefix}`.length)));
  if (!blocks.some((block) => block && block.length !== spec["blockSize"] && overlap(block, cidr))) return;
  const reason = "IPPool blocksSize conflicts with existing allocations that use a different blockSize";
  throw new Rejected(sentence([about("BlockSize", spec["blockSize"], reason)]));
}

/** `172.16.1.0-26`, as it stands in the key. */
function blockOf(key: string): Cidr | null {
  const [, address = "", length = ""] = /^(.*)-(\d+)$/.exec(key) ?? [];
  return parseIp(address) ? parseCidr(`${address}/${length}`) : null;
}
