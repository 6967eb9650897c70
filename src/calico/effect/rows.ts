import { parseCidr } from "../cidr.js";
import type { TierPlace } from "../policy/order.js";
import { type Direction, forWorkloads, governs } from "../policy/policy.js";
import type { CompiledPolicy } from "../verdict/compiled.js";
import type { Forwarding } from "../verdict/forwarding.js";
import type { Model } from "../verdict/model.js";
import { protocols } from "../verdict/protocol.js";
import type { Rule } from "../verdict/rule.js";
import { add, type Bits, has, noBits, without } from "./bits.js";
import { asksNames, type Clause, clausesOf } from "./clauses.js";
import type { EndpointKind } from "./kinds.js";
import { special } from "./mentioned.js";
import type { Parties, Party } from "./parties.js";
import type { Peers } from "./peers.js";
import { atPort } from "./service-line.js";
import type { ServiceSets } from "./services.js";

/** Everything that traffic of one direction meets at an endpoint, in turn. Endpoints with the same row have the same peers. */
export interface Row {
  key: string;
  /** The same for those of which the same is open before any policy, with the same doubts. */
  start: string;
  /** Open before any policy. */
  opened: readonly Clause[];
  tiers: readonly { end: TierPlace["end"]; steps: readonly Ruleset[] }[];
  /** In place of rules, why they are not known. */
  profiles: readonly Ruleset[];
  doubts: readonly string[];
}

/** Rules of one policy or profile. */
export interface Ruleset {
  id: number;
  clauses: readonly Clause[];
  /** Reasons to doubt whatever reaches it. */
  doubts: readonly string[];
  /** Felix does not see it. */
  missing: boolean;
}

/** What rows are made of. */
export interface Ground {
  model: Model;
  side: 0 | 1;
  parties: Parties;
  peers: Peers;
  sets: ServiceSets;
  /** All that occur, in both snapshots. */
  rulesets: Map<string, Ruleset>;
  /** What was made of policies and profiles before, on the same parties. */
  kept: KeptRules;
}

/** By policy or profile, then by direction and doubts. */
export type KeptRules = WeakMap<object, Map<string, Kept>>;

/** Rules as they are kept: whole, or to be looked at for each endpoint. */
type Kept = { whole: Ruleset } | { clauses: (party: Party) => readonly Clause[]; doubts: readonly string[] };

/** Rules of a policy or profile; null = felix does not see them. */
interface Told {
  rules: readonly Rule[] | null;
  called: string;
  doubts: readonly string[];
}

/** Makes the rows of one snapshot. */
export class RowMaker {
  readonly #ground: Ground;
  readonly #kept = { ingress: new Map<object, Kept>(), egress: new Map<object, Kept>() };
  readonly #tiers: ReadonlyMap<string, TierPlace>;
  readonly #opened = new Map<string, { clauses: readonly Clause[]; key: string }>();
  readonly #rows = new Map<string, Row>();

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#tiers = new Map(ground.model.set.tiers.map(({ tier }) => [tier.name, tier]));
  }

  of(party: Party, policies: readonly CompiledPolicy[], direction: Direction): Row {
    const kind = party.sides[this.#ground.side].kind as EndpointKind;
    const { clauses: opened, key: openedKey } = this.#openedFor(kind, direction);
    const tiers: { end: TierPlace["end"]; steps: Ruleset[]; name: string }[] = [];
    for (const one of policies) {
      if (!governs(one.policy, direction) || (kind.kind === "workload" && !forWorkloads(one.policy))) continue;
      const ruleset = this.#ruleset(one, one.policy.tier, { party, direction });
      const last = tiers.at(-1);
      const tier =
        last?.name === one.policy.tier ? last : { end: this.#tiers.get(one.policy.tier)?.end ?? "Deny", steps: [], name: one.policy.tier };
      if (tier !== last) tiers.push(tier);
      if (!isIdle(ruleset, tier.steps)) tier.steps.push(ruleset);
    }
    const profiles = this.#profilesOf(kind, { party, direction });
    const doubts = kind.failsafesUnread ? ["failsafe ports cannot be read"] : [];
    const start = `${openedKey}/${doubts.join()}`;
    const key = [
      start,
      ...tiers.map(({ end, steps }) => `${end}:${steps.map(({ id }) => id).join()}`),
      profiles.map(({ id }) => id).join(),
    ].join("/");
    const found = this.#rows.get(key) ?? { key, start, opened, tiers, profiles, doubts };
    this.#rows.set(key, found);
    return found;
  }

  #ruleset(one: CompiledPolicy, tier: string, of: { party: Party; direction: Direction }): Ruleset {
    return this.#from(one, of, () => {
      const called = nameOf(one);
      const doubts = doubtsOf(one, this.#tiers.get(tier)?.exists ?? false).map((why) => `${called}: ${why}`);
      return { rules: one.missing === null ? one.rules[of.direction] : null, called, doubts };
    });
  }

  #from(source: object, { party, direction }: { party: Party; direction: Direction }, told: () => Told): Ruleset {
    const here = this.#kept[direction];
    const kept = here.get(source) ?? this.#shared(source, direction, told());
    here.set(source, kept);
    return "whole" in kept ? kept.whole : this.#interned(kept.clauses(party), kept.doubts, false);
  }

  /** Another snapshot of the same parties may have made it. */
  #shared(source: object, direction: Direction, told: Told): Kept {
    const all = this.#ground.kept.get(source) ?? new Map<string, Kept>();
    this.#ground.kept.set(source, all);
    const key = `${direction} ${told.doubts.join()}`;
    const kept = all.get(key) ?? this.#keep(told, direction);
    all.set(key, kept);
    return kept;
  }

  #keep({ rules, called, doubts }: Told, direction: Direction): Kept {
    const { peers, sets, side } = this.#ground;
    if (rules === null) return { whole: this.#interned([], doubts, true) };
    const compiling = { peers, sets, direction };
    const personal = direction === "ingress" && asksNames(rules);
    const clauses = clausesOf(rules, called, { ...compiling, named: [] });
    if (!personal && clauses.every(({ own }) => own === null)) return { whole: this.#interned(clauses, doubts, false) };
    const named = (party: Party): readonly Clause[] =>
      personal ? clausesOf(rules, called, { ...compiling, named: party.sides[side].ports }) : clauses;
    const mine = (party: Party) => (clause: Clause) => clause.own === null || hasBit(peers.satisfying(clause.own), party.index);
    return { clauses: (party) => named(party).filter(mine(party)), doubts };
  }

  #interned(clauses: readonly Clause[], doubts: readonly string[], missing: boolean): Ruleset {
    const { rulesets } = this.#ground;
    const key = `${this.#ground.side}/${clauses.map((clause) => clause.key).join(";")}/${doubts.join(";")}/${missing}`;
    const found = rulesets.get(key) ?? { id: rulesets.size, clauses, doubts, missing };
    rulesets.set(key, found);
    return found;
  }

  #profilesOf({ profiles }: EndpointKind, of: { party: Party; direction: Direction }): Ruleset[] {
    const found: Ruleset[] = [];
    for (const name of profiles) {
      const rules = this.#ground.model.profiles.get(name);
      if (rules) found.push(this.#from(rules, of, () => ({ rules: rules[of.direction], called: `profile ${name}`, doubts: [] })));
      else {
        const why = `profile ${name} ${rules === null ? "cannot be read" : "is not stored"}`;
        return [...found, this.#interned([], [why], true)];
      }
    }
    return found;
  }

  #openedFor(kind: EndpointKind, direction: Direction): { clauses: readonly Clause[]; key: string } {
    const own = kind.kind === "host" ? JSON.stringify(kind.failsafes) : `${kind.openstack} ${JSON.stringify(kind.forward)}`;
    const key = `${direction} ${own}`;
    const known = this.#opened.get(key);
    if (known !== undefined) return known;
    const clauses = this.#open(kind, direction);
    const found = { clauses, key: clauses.map((clause) => clause.key).join(";") };
    this.#opened.set(key, found);
    return found;
  }

  #open({ kind, failsafes, openstack, forward }: EndpointKind, direction: Direction): Clause[] {
    if (kind === "host")
      return (failsafes?.[direction] ?? []).flatMap(({ protocol, port, net }) =>
        this.#opening(protocol, port, net === null ? null : [net]),
      );
    const forwarded = forward === null ? [] : this.#forwarded(forward, direction);
    if (direction === "ingress" || !openstack) return forwarded;
    const { metadata, broadcast, multicast } = special;
    return [
      ...this.#opening(protocols.tcp, 80, [metadata.text]),
      ...this.#opening(protocols.udp, 53, [metadata.text]),
      ...this.#opening(protocols.udp, 67, [metadata.text, broadcast.text]),
      ...this.#opening(protocols.udp, 547, [multicast.text]),
      ...forwarded,
    ];
  }

  /** What comes from other hosts or goes there may be dropped on the way. */
  #forwarded(forward: Forwarding, direction: Direction): Clause[] {
    const { peers, sets, parties, side } = this.#ground;
    const doubt = forward[direction];
    const here = noBits(parties.all.length);
    for (const { index, sides } of parties.all) if (sides[side].kind?.forward?.node === forward.node) add(here, index);
    const elsewhere = without(peers.everyone, here);
    if (doubt === null || elsewhere === null) return [];
    return [{ action: "Deny", peers: elsewhere, services: sets.all, doubt, own: null, key: `forward ${forward.node} ${doubt}` }];
  }

  #opening(protocol: number, port: number, nets: readonly string[] | null): Clause[] {
    const { peers, sets, parties } = this.#ground;
    const services = sets.and(sets.of(atPort(protocol, port)), sets.all);
    const cidrs = nets?.flatMap((net) => parseCidr(net) ?? []) ?? null;
    const bits = cidrs === null ? peers.everyone : within(parties, cidrs);
    const key = `open ${protocol} ${port} ${nets?.join() ?? "any"}`;
    return services === sets.none ? [] : [{ action: "Allow", peers: bits, services, doubt: null, own: null, key }];
  }
}

const hasBit = (bits: Bits | null, index: number): boolean => bits !== null && has(bits, index);

/** Parties that lie in one of these prefixes, which are among those that tell parties apart. */
function within({ all }: Parties, cidrs: readonly { text: string; family: 4 | 6 }[]): Bits {
  const bits = noBits(all.length);
  const texts = new Set(cidrs.map(({ text }) => text));
  for (const { index, nets } of all) if (nets.some((net) => texts.has(net))) add(bits, index);
  return bits;
}

/** The same rules a second time in a tier decide nothing more. */
const isIdle = (ruleset: Ruleset, before: readonly Ruleset[]): boolean =>
  ruleset.doubts.length === 0 && ruleset.clauses.every(({ doubt }) => doubt === null) && before.includes(ruleset);

const nameOf = ({ policy: { kind, namespace, name } }: CompiledPolicy): string =>
  `${kind} ${namespace === null ? name : `${namespace}/${name}`}`;

function doubtsOf({ missing, doubt, policy }: CompiledPolicy, tierExists: boolean): string[] {
  return [
    ...(missing === null ? [] : [`cannot be read (${missing})`]),
    ...(doubt === null ? [] : [doubt]),
    ...(tierExists ? [] : [`its tier ${policy.tier} does not exist`]),
    ...(forWorkloads(policy) ? [] : [`${policy.spec.preDNAT === true ? "preDNAT" : "doNotTrack"} cannot be judged`]),
  ];
}
