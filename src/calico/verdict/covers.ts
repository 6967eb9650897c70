import { type Cidr, contains, overlaps } from "../cidr.js";
import { implies } from "../selector/implies.js";
import type { Entity } from "./entity.js";
import { familiesOf } from "./families.js";
import type { PortSpec } from "./port.js";
import type { Icmp, Rule } from "./rule.js";

/** Whether every packet that the inner rule is about is also one that the outer is about. False = not, or it cannot be told by their form. */
export function covers(outer: Rule, inner: Rule): boolean {
  if (outer.unjudged.length > 0) return false;
  const families = familiesOf(inner);
  return (
    families.every((family) => outer.ipVersion === null || outer.ipVersion === family) &&
    (outer.protocol === null || outer.protocol === inner.protocol) &&
    coversNotProtocol(outer, inner) &&
    (outer.icmp === null || (inner.icmp !== null && within(inner.icmp, outer.icmp))) &&
    (outer.notIcmp === null || excludes(inner, outer.notIcmp)) &&
    coversEntity(outer.source, inner.source, families) &&
    coversEntity(outer.destination, inner.destination, families)
  );
}

function coversNotProtocol({ notProtocol }: Rule, inner: Rule): boolean {
  if (notProtocol === null || notProtocol === inner.notProtocol) return true;
  return inner.protocol !== null && inner.protocol !== notProtocol;
}

const within = (inner: Icmp, outer: Icmp): boolean => inner.type === outer.type && (outer.code === null || outer.code === inner.code);

function excludes({ icmp, notIcmp }: Rule, unwanted: Icmp): boolean {
  return (icmp !== null && icmp.type !== unwanted.type) || (notIcmp !== null && within(unwanted, notIcmp));
}

function coversEntity(outer: Entity, inner: Entity, families: readonly (4 | 6)[]): boolean {
  return (
    (outer.selector === null || (inner.selector !== null && implies(inner.selector, outer.selector))) &&
    (outer.notSelector === null || (inner.notSelector !== null && implies(outer.notSelector, inner.notSelector))) &&
    coversPorts(outer, inner) &&
    (outer.nets === null || (inner.nets?.every((net) => outer.nets?.some((one) => contains(one, net))) ?? false)) &&
    coversNotNets(outer.notNets, inner, families)
  );
}

/** A rule that excludes nets of one family is none for the other. */
function coversNotNets(unwanted: readonly Cidr[], { nets, notNets }: Entity, families: readonly (4 | 6)[]): boolean {
  if (unwanted.length === 0) return true;
  if (!families.every((family) => unwanted.some((net) => net.family === family))) return false;
  return unwanted.every((net) => notNets.some((one) => contains(one, net)) || (nets !== null && !nets.some((one) => overlaps(one, net))));
}

function coversPorts(outer: Entity, inner: Entity): boolean {
  const wanted = outer.ports;
  const fits = wanted === null || (inner.ports?.every((spec) => isIn(spec, wanted)) ?? false);
  return fits && outer.notPorts.every((spec) => isIn(spec, inner.notPorts) || isApart(spec, inner.ports));
}

/** Whether a port or range lies in one of these, put together where they touch; a name only in the same name. */
function isIn(spec: PortSpec, others: readonly PortSpec[]): boolean {
  if ("name" in spec) return others.some((one) => "name" in one && one.name === spec.name);
  let from = spec.from;
  const ranges = others.flatMap((one) => ("from" in one ? [one] : [])).toSorted((a, b) => a.from - b.from);
  for (const range of ranges) if (range.from <= from && range.to >= from) from = range.to + 1;
  return from > spec.to;
}

/** Names may be any port. */
function isApart(spec: PortSpec, ports: readonly PortSpec[] | null): boolean {
  if (ports === null || "name" in spec) return false;
  return ports.every((one) => "from" in one && (one.to < spec.from || one.from > spec.to));
}
