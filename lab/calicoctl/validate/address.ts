import { isIPv4, isIPv6 } from "node:net";

export interface Cidr {
  version: 4 | 6;
  address: bigint;
  /** Bits of the mask. */
  length: number;
  /** First address. */
  network: bigint;
}

const widths = { 4: 32, 6: 128 } as const;

export function parseIp(text: string): { version: 4 | 6; address: bigint } | null {
  if (isIPv4(text)) return { version: 4, address: text.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
  return isIPv6(text) && !text.includes("%") ? { version: 6, address: groups(text) } : null;
}

function groups(text: string): bigint {
  const dotted = /^(.*:)([\d.]+)$/.exec(text);
  const v4 = dotted && text.includes(".") ? (parseIp(dotted[2] ?? "")?.address ?? 0n) : null;
  const whole = v4 === null ? text : `${dotted?.[1] ?? ""}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  const [head = "", tail] = whole.split("::");
  const left = head.split(":").filter((part) => part !== "");
  const right = (tail ?? "").split(":").filter((part) => part !== "");
  const all = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => "0"), ...right];
  return all.reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n);
}

/** A CIDR, with or without host bits. */
export function parseCidr(text: string): Cidr | null {
  const [ip = "", bits = ""] = text.split("/");
  const parsed = parseIp(ip);
  if (!parsed || text.split("/").length !== 2 || !/^\d{1,3}$/.test(bits) || Number(bits) > widths[parsed.version]) return null;
  return masked(parsed, Number(bits));
}

export function parseCidrOrIp(text: string): Cidr | null {
  const ip = parseIp(text);
  return ip ? masked(ip, widths[ip.version]) : parseCidr(text);
}

function masked({ version, address }: { version: 4 | 6; address: bigint }, length: number): Cidr {
  const host = BigInt(widths[version] - length);
  return { version, address, length, network: (address >> host) << host };
}

export function overlap(a: Cidr, b: Cidr): boolean {
  if (a.version !== b.version) return false;
  const host = BigInt(widths[a.version] - Math.min(a.length, b.length));
  return a.network >> host === b.network >> host;
}

/** The network as text. */
export function shownCidr({ version, network, length }: Cidr): string {
  return `${version === 4 ? dotted(network) : compressed(network)}/${length}`;
}

const dotted = (network: bigint): string => [24n, 16n, 8n, 0n].map((shift) => String((network >> shift) & 255n)).join(".");

function compressed(network: bigint): string {
  const parts = Array.from({ length: 8 }, (_, i) => ((network >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  return new URL(`http://[${parts.join(":")}]`).hostname.slice(1, -1);
}
