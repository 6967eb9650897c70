import { type Cidr, contains, parseCidr } from "../calico/cidr.js";
import { bare as withoutLength } from "../calico/verdict/connection.js";

/** The one form in which Neutron, Calico and people's words are compared; null = not an address. */
export function canonical(text: string): string | null {
  const address = single(text);
  return address && withoutLength(address);
}

/** Whether an address lies in a prefix; false for what is neither. */
export function within(address: string, prefix: string): boolean {
  const [inner, outer] = [single(address), /^\S+\/\S+$/.test(prefix) ? parseCidr(prefix) : null];
  return inner !== null && outer !== null && contains(outer, inner);
}

/** `10.65.0.11/32` without its length; a wider prefix keeps it. */
export function bare(prefix: string): string {
  const [address = "", length] = prefix.split("/");
  const text = canonical(address) ?? address;
  return length === undefined || length === (text.includes(":") ? "128" : "32") ? text : `${text}/${length}`;
}

const single = (text: string): Cidr | null => (/[\s/]/.test(text) ? null : parseCidr(text));
