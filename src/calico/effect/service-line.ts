import type { Service } from "../verdict/ask.js";
import type { NamedPort, PortSpec } from "../verdict/port.js";
import { hasPorts, protocolName, protocols } from "../verdict/protocol.js";
import type { Icmp, Rule } from "../verdict/rule.js";
import { swept } from "./services.js";

const stretch = 0x10000;
const isIcmp = (protocol: number): boolean => protocol === protocols.icmp || protocol === protocols.icmpv6;

/** All services of a protocol: ports from 1, or every type and code. */
export const wholeProtocol = (protocol: number): [number, number] => [
  protocol * stretch + (hasPorts(protocol) ? 1 : 0),
  protocol * stretch + stretch - 1,
];

const every = Array.from({ length: 255 }, (_, i) => i + 1);
const joined = (all: readonly (readonly [number, number])[]): number[] =>
  all.reduce<number[]>((sum, span) => swept(sum, span, (a, b) => a || b), []);

/** Every service there is, and those with ports. */
export const everyService: readonly number[] = joined(every.map(wholeProtocol));
export const portedServices: readonly number[] = joined(every.filter(hasPorts).map(wholeProtocol));

/** Services at a port, for rules that are there before policies. */
export const atPort = (protocol: number, port: number): readonly number[] => [protocol * stretch + port, protocol * stretch + port];

const and = (a: readonly number[], b: readonly number[]): number[] => swept(a, b, (x, y) => x && y);
const minus = (a: readonly number[], b: readonly number[]): number[] => swept(a, b, (x, y) => x && !y);

const withoutNames = new WeakMap<Rule, readonly number[]>();

/** What a rule is about, with the ports that its destination calls by a name. Ports of the source are left out. */
export function servicesOf(rule: Rule, named: readonly NamedPort[]): readonly number[] {
  if (named.length > 0) return spansOf(rule, named);
  const found = withoutNames.get(rule) ?? spansOf(rule, named);
  withoutNames.set(rule, found);
  return found;
}

function spansOf(rule: Rule, named: readonly NamedPort[]): readonly number[] {
  const { protocol, notProtocol, icmp, notIcmp, destination } = rule;
  let spans: readonly number[] = protocol === null ? everyService : wholeProtocol(protocol);
  if (notProtocol !== null) spans = minus(spans, wholeProtocol(notProtocol));
  if (icmp !== null) spans = and(spans, typed(protocol, icmp));
  if (notIcmp !== null) spans = minus(spans, typed(protocol, notIcmp));
  if (destination.ports !== null) spans = and(spans, ports(destination.ports, named));
  if (destination.notPorts.length > 0) spans = minus(spans, ports(destination.notPorts, named));
  return spans;
}

function typed(protocol: number | null, { type, code }: Icmp): number[] {
  const from = (protocol ?? 0) * stretch + type * 256;
  return code === null ? [from, from + 255] : [from + code, from + code];
}

function ports(specs: readonly PortSpec[], named: readonly NamedPort[]): number[] {
  const ranged = every.filter(hasPorts);
  return joined(
    specs.flatMap((spec) =>
      "from" in spec
        ? ranged.map((protocol): [number, number] => [protocol * stretch + Math.max(1, spec.from), protocol * stretch + spec.to])
        : named.flatMap(({ name, protocol, port }) =>
            name === spec.name && hasPorts(protocol) ? [[protocol * stretch + port, protocol * stretch + port] as [number, number]] : [],
          ),
    ),
  );
}

/** A service at this place of the line. */
export function serviceAt(number: number): Service {
  const [protocol, rest] = [Math.floor(number / stretch), number % stretch];
  if (hasPorts(protocol)) return { protocol, dstPort: rest, icmp: null };
  return { protocol, dstPort: null, icmp: isIcmp(protocol) ? { type: rest >> 8, code: rest & 255 } : null };
}

/** Where a service lies on the line. */
export const placeOnLine = ({ protocol, dstPort, icmp }: Service): number =>
  protocol * stretch + (dstPort ?? (icmp === null ? 0 : icmp.type * 256 + (icmp.code ?? 0)));

/** As people write it: `tcp/22, udp/53-60, icmp`. */
export function servicesText(spans: readonly number[]): string {
  if (spans.join() === everyService.join()) return "everything";
  const words: string[] = [];
  const whole: number[] = [];
  for (let i = 0; i < spans.length; i += 2)
    for (let [from, last] = [spans[i] ?? 0, spans[i + 1] ?? 0]; from <= last; ) {
      const protocol = Math.floor(from / stretch);
      const [first, end] = wholeProtocol(protocol);
      const to = Math.min(last, end);
      if (from === first && to === end) whole.push(protocol);
      else words.push(partOf(protocol, from % stretch, to % stretch));
      from = to + 1;
    }
  // Many protocols are told by what is missing.
  if (whole.length > 100) return `everything but ${servicesText(minus(everyService, spans))}`;
  return [...whole.map(protocolName), ...words].join(", ");
}

function partOf(protocol: number, from: number, to: number): string {
  const name = protocolName(protocol);
  if (!isIcmp(protocol)) return `${name}/${from === to ? from : `${from}-${to}`}`;
  const [type, end] = [from >> 8, to >> 8];
  if (type !== end) return `${name} type ${type}-${end}`;
  return from === to ? `${name} type ${type} code ${from & 255}` : `${name} type ${type}`;
}
