/** An IP address as a number, with the number of its bits. */
interface Parsed {
  bits: 32 | 128;
  value: bigint;
}

/** The one form in which Neutron, Calico and people's words are compared; null = not an address. */
export function canonical(text: string): string | null {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text))
    return text.split(".").every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256) ? text : null;
  if (!/^[0-9a-f:.]+$/i.test(text) || !text.includes(":")) return null;
  try {
    return new URL(`http://[${text}]`).hostname.slice(1, -1);
  } catch {
    return null;
  }
}

/** Whether an address lies in a prefix; false for what is neither. */
export function within(address: string, prefix: string): boolean {
  const [net = "", length = ""] = prefix.split("/");
  const [a, b] = [parsed(address), parsed(net)];
  const bits = Number(length);
  if (a === null || b === null || a.bits !== b.bits || !/^\d+$/.test(length) || bits > a.bits) return false;
  const shift = BigInt(a.bits - bits);
  return a.value >> shift === b.value >> shift;
}

/** `10.65.0.11/32` without its length; a wider prefix keeps it. */
export function bare(prefix: string): string {
  const [address = "", length] = prefix.split("/");
  const text = canonical(address) ?? address;
  return length === undefined || length === (text.includes(":") ? "128" : "32") ? text : `${text}/${length}`;
}

function parsed(text: string): Parsed | null {
  const address = canonical(text);
  if (address === null) return null;
  if (!address.includes(":")) return { bits: 32, value: address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
  const [left = "", right] = address.split("::");
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const [head, tail] = [groups(left), groups(right ?? "")];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  const all = right === undefined ? head : [...head, ...zeros, ...tail];
  return { bits: 128, value: all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n) };
}
