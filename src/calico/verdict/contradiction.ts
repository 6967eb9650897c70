import { contains } from "../cidr.js";
import { implies, isNever } from "../selector/implies.js";
import type { Entity } from "./entity.js";
import { familiesOf } from "./families.js";
import type { Rule } from "./rule.js";

/** Why no packet can ever be what a rule is about, whatever there is in the cluster; null = some may. */
export function contradiction(rule: Rule): string | null {
  const { protocol, notProtocol, source, destination } = rule;
  if (protocol !== null && protocol === notProtocol) return "it asks for a protocol and excludes it";
  const families = familiesOf(rule);
  for (const [end, side] of [[source, "source"] as const, [destination, "destination"] as const]) {
    if (families.length > 0 && families.every((family) => end.notNets.some((net) => net.bits === 0 && net.family === family)))
      return `${side}.notNets excludes every address`;
    const why = endContradiction(end, side);
    if (why !== null) return why;
  }
  return families.length === 0 ? "its nets, protocol and ipVersion are not of one IP version" : null;
}

function endContradiction({ nets, notNets, selector, notSelector, ports, notPorts }: Entity, side: string): string | null {
  if (nets?.every((net) => notNets.some((not) => contains(not, net)))) return `${side}.notNets excludes all of ${side}.nets`;
  if (selector !== null && isNever(selector)) return `no labels satisfy ${side}.selector`;
  if (selector !== null && notSelector !== null && implies(selector, notSelector))
    return `${side}.notSelector excludes all of ${side}.selector`;
  const numbers = ports?.flatMap((spec) => ("from" in spec ? [spec] : [])) ?? [];
  const out = numbers.length > 0 && numbers.length === ports?.length;
  const excluded = (from: number, to: number): boolean => notPorts.some((one) => "from" in one && one.from <= from && to <= one.to);
  return out && numbers.every(({ from, to }) => excluded(from, to)) ? `${side}.notPorts excludes all of ${side}.ports` : null;
}
