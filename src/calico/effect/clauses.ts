import type { Direction } from "../policy/policy.js";
import type { Entity } from "../verdict/entity.js";
import type { NamedPort } from "../verdict/port.js";
import type { Action, Rule } from "../verdict/rule.js";
import { type Bits, both } from "./bits.js";
import { demand, type Peers, versioned } from "./peers.js";
import { portedServices, servicesOf } from "./service-line.js";
import type { ServiceSets, Services } from "./services.js";

/** A rule of one direction in terms of parties and services. */
export interface Clause {
  action: Exclude<Action, "Log">;
  /** The parties at the other end. */
  peers: Bits;
  services: Services;
  /** Why it cannot be known whether it matches; null = it can. */
  doubt: string | null;
  /** What it asks of the endpoint's own end; null = nothing. */
  own: Entity | null;
  /** The same for clauses that do the same. */
  key: string;
}

export interface Compiling {
  peers: Peers;
  sets: ServiceSets;
  direction: Direction;
  /** What the endpoint's own ports are called, for rules of ingress. */
  named: readonly NamedPort[];
}

/** Whether the rules ask for ports that the endpoint itself gives names to. */
export const asksNames = (rules: readonly Rule[]): boolean => rules.some(namesPorts);

const namesPorts = ({ destination: { ports, notPorts } }: Rule): boolean => [...(ports ?? []), ...notPorts].some((spec) => "name" in spec);

/** Compiles rules; `called` names their policy in doubts. */
export function clausesOf(rules: readonly Rule[], called: string, compiling: Compiling): Clause[] {
  return rules.flatMap((rule, i) => (rule.action === "Log" ? [] : clauses(rule, `${called} rule ${i}`, compiling)));
}

function clauses(rule: Rule, called: string, { peers, sets, direction, named }: Compiling): Clause[] {
  const [peer, own] = direction === "ingress" ? [rule.source, rule.destination] : [rule.destination, rule.source];
  const satisfying = peers.satisfying(peer);
  const all = satisfying && both(satisfying, versioned(peers, rule));
  if (all === null) return [];
  const groups =
    direction === "egress" && namesPorts(rule)
      ? peers.byPorts().flatMap(({ ports, bits }) => ({ ports, bits: both(all, bits) }))
      : [{ ports: named, bits: all }];
  return groups.flatMap(({ ports, bits }) =>
    bits === null
      ? []
      : parts(rule, sets.of(servicesOf(rule, ports)), sets).map(({ services, doubt }) => {
          const why = doubt && `${called}: ${doubt}`;
          const key = [
            rule.action,
            rule.ipVersion,
            demand(peer),
            services.id,
            demand(own),
            why,
            groups.length > 1 ? JSON.stringify(ports) : "",
          ];
          return {
            action: rule.action as Clause["action"],
            peers: bits,
            services,
            doubt: why,
            own: demand(own) === "" ? null : own,
            key: key.join("&"),
          };
        }),
  );
}

/** Services of which it is known that the rule matches, and those of which it is not. */
function parts(rule: Rule, services: Services, sets: ServiceSets): { services: Services; doubt: string | null }[] {
  const { source, unjudged } = rule;
  const other = unjudged.length > 0 ? `${unjudged.join(", ")} cannot be judged` : null;
  const asks = source.ports !== null || source.notPorts.length > 0;
  const ported = sets.of(portedServices);
  const found = asks
    ? [
        { services: sets.and(services, ported), doubt: "the source port is not given" },
        { services: source.ports === null ? sets.minus(services, ported) : sets.none, doubt: other },
      ]
    : [{ services, doubt: other }];
  return found.filter((part) => part.services !== sets.none);
}
