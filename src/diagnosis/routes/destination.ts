import type { Destination } from "../../cluster/bird.js";
import { fail } from "../../contract/failure.js";

const bits = { 4: 32, 6: 128 } as const;

/** An address or prefix as people type it (`10.65.0.12`, `10.65.0.0/24`, `[fd00::12]`). Throws `usage` naming what is wrong. */
export function parseDestination(typed: string): Destination {
  const [, text = "", suffix] = /^\[?([0-9a-f.:]+)\]?(?:\/(\d{1,3}))?$/i.exec(typed.trim()) ?? [];
  const family = text.includes(":") ? 6 : 4;
  const address = family === 4 ? shortest4(text) : shortest6(text);
  if (address === null)
    throw fail("usage", `\`${typed.slice(0, 60)}\` is not an IP address or prefix`, { hint: "10.65.0.12, 10.65.0.0/24, fd00::12" });
  const length = suffix === undefined ? bits[family] : Number(suffix);
  if (length > bits[family]) throw fail("usage", `\`/${suffix}\` is too long for IPv${family}`, { hint: `at most /${bits[family]}` });
  const destination = { family, address, length } as const;
  const network = networkOf(destination);
  if (network !== address)
    throw fail("usage", `\`${prefixOf(destination)}\` has bits set behind its length`, {
      hint: `\`${network}/${length}\` is the network, \`${address}\` the address`,
    });
  return destination;
}

/** `10.65.0.12/32`, as BIRD and etcd write it. */
export const prefixOf = ({ address, length }: Destination): string => `${address}/${length}`;

/** As people write it: no length for a single address. */
export const textOf = (destination: Destination): string => (isSingle(destination) ? destination.address : prefixOf(destination));

export const isSingle = ({ family, length }: Destination): boolean => length === bits[family];

/** How much a route's prefix covers: all, a network, or just this. */
export function coverage(prefix: string, destination: Destination): "exact" | "default" | "wider" {
  if (prefix === prefixOf(destination)) return "exact";
  return prefix.endsWith("/0") ? "default" : "wider";
}

function shortest4(text: string): string | null {
  const parts = text.split(".");
  const right = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return right ? text : null;
}

/** In the form that the URL standard gives: lower case, the longest run of zeros left out. */
function shortest6(text: string): string | null {
  try {
    return new URL(`http://[${text}]/`).hostname.slice(1, -1);
  } catch {
    return null;
  }
}

function networkOf({ family, address, length }: Destination): string {
  const shift = BigInt(bits[family] - length);
  const value = (valueOf(family, address) >> shift) << shift;
  const digits = family === 4 ? 8 : 16;
  const parts = Array.from({ length: bits[family] / digits }, (_, i) =>
    Number((value >> BigInt(bits[family] - digits * (i + 1))) & BigInt(2 ** digits - 1)),
  );
  return family === 4 ? parts.join(".") : (shortest6(parts.map((part) => part.toString(16)).join(":")) ?? address);
}

function valueOf(family: 4 | 6, address: string): bigint {
  if (family === 4) return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = "", tail] = address.split("::");
  const groups = (text: string | undefined): string[] => (text ? text.split(":") : []);
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array.from({ length: tail === undefined ? 0 : missing }, () => "0"), ...groups(tail)];
  return all.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}
