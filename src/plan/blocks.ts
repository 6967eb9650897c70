import { type Cidr, parseCidr } from "../calico/cidr.js";

/** Below it lie the blocks of Calico's own address management, one a key. */
export const blocksPrefix = "/calico/ipam/v2/assignment/";

/** The block in a key: `…/ipv4/block/10.65.0.0-26`; null = a key of another sort. */
export function blockIn(key: string): Cidr | null {
  const [, name] = /\/ipv[46]\/block\/(.+)$/.exec(key) ?? [];
  return name === undefined ? null : parseCidr(name.replace(/-(\d+)$/, "/$1"));
}
