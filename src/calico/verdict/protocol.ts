/** Protocols that Calico knows by name, with their numbers at IANA. */
const numbers: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132, udplite: 136 };
const names = new Map([
  [1, "icmp"],
  [6, "tcp"],
  [17, "udp"],
  [58, "icmpv6"],
  [132, "sctp"],
  [136, "udplite"],
]);

export const protocols = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 } as const;

/** The number of a protocol given by name or number, in any case of letters; null = neither. */
export function protocolNumber(value: string | number): number | null {
  const text = String(value).trim().toLowerCase();
  const number = /^\d{1,3}$/.test(text) ? Number(text) : numbers[text];
  return number !== undefined && number >= 1 && number <= 255 ? number : null;
}

/** As people write it: `tcp`, `47`. */
export const protocolName = (number: number): string => names.get(number) ?? String(number);

/** Rules with ports are for these only. */
export const hasPorts = (number: number): boolean => number === protocols.tcp || number === protocols.udp || number === protocols.sctp;
