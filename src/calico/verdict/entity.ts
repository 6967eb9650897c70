import { type Cidr, parseCidr } from "../cidr.js";
import { namespaceLabel } from "../policy/applies.js";
import { prefixed } from "../selector/evaluate.js";
import { parseSelector } from "../selector/parse.js";
import type { Selector } from "../selector/selector.js";
import { type PortSpec, parsePort } from "./port.js";
import type { EntitySchema } from "./rule-schema.js";

/** What a rule asks of one end. Null = nothing. */
export interface Entity {
  nets: readonly Cidr[] | null;
  notNets: readonly Cidr[];
  selector: Selector | null;
  notSelector: Selector | null;
  ports: readonly PortSpec[] | null;
  notPorts: readonly PortSpec[];
}

/** A value in a stored object that nobody can read, felix neither. */
export class UnreadableError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnreadableError";
  }
}

/** Compiles it for a rule of a policy in a namespace, or of a global one. Throws UnreadableError. */
export function entityOf(of: EntitySchema, namespace: string | null): Entity {
  return {
    nets: isGiven(of.nets) ? of.nets.map(net) : null,
    notNets: (of.notNets ?? []).map(net),
    selector: peers(of, namespace),
    notSelector: isGiven(of.notSelector) ? selectorOf(of.notSelector) : null,
    ports: isGiven(of.ports) ? of.ports.map(port) : null,
    notPorts: (of.notPorts ?? []).map(port),
  };
}

function isGiven<T extends string | readonly unknown[]>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined && value.length > 0;
}

function net(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === null) throw new UnreadableError(`\`${text.slice(0, 80)}\` is no address or prefix`);
  return cidr;
}

function port(value: string | number): PortSpec {
  const spec = parsePort(value);
  if (spec === null) throw new UnreadableError(`\`${String(value).slice(0, 80)}\` is no port`);
  return spec;
}

function selectorOf(text: string): Selector {
  const parsed = parseSelector(text);
  if (!parsed.ok)
    throw new UnreadableError(`selector \`${text.slice(0, 80)}\`: ${parsed.error.message} at character ${parsed.error.at + 1}`);
  return parsed.selector;
}

/** Its own selector, service accounts, and the namespaces that they range over: of a NetworkPolicy by default its own. */
function peers(of: EntitySchema, namespace: string | null): Selector | null {
  const asked = [...(isGiven(of.selector) ? [selectorOf(of.selector)] : []), ...accounts(of)];
  if (isGiven(of.namespaceSelector)) return both([inNamespaces(selectorOf(of.namespaceSelector)), ...asked]);
  const scoped = namespace !== null && (asked.length > 0 || isGiven(of.notSelector));
  return both(scoped ? [{ op: "==", label: namespaceLabel, value: namespace }, ...asked] : asked);
}

function both(of: readonly Selector[]): Selector | null {
  const [first] = of;
  if (first === undefined) return null;
  return of.length === 1 ? first : { op: "and", of };
}

function inNamespaces(selector: Selector): Selector {
  if (selector.op === "all") return { op: "has", label: namespaceLabel };
  if (selector.op === "global") return { op: "not", of: { op: "has", label: namespaceLabel } };
  return prefixed(selector, "pcns.");
}

/** Only endpoints of Kubernetes have these labels. */
function accounts({ serviceAccounts }: EntitySchema): Selector[] {
  if (!serviceAccounts) return [];
  const { names, selector } = serviceAccounts;
  return [
    ...(isGiven(names) ? [{ op: "in" as const, label: "projectcalico.org/serviceaccount", values: names }] : []),
    ...(isGiven(selector) ? [prefixed(selectorOf(selector), "pcsa.")] : []),
  ];
}
