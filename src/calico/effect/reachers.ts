import type { Cidr } from "../cidr.js";
import { atOnce, type Steps } from "../steps.js";
import type { Service } from "../verdict/ask.js";
import { bare, service as serviceText } from "../verdict/connection.js";
import type { Model } from "../verdict/model.js";
import { protocolName, protocols } from "../verdict/protocol.js";
import { special } from "../verdict/samples.js";
import { add, addAll, type Bits, bitsOf, isSame, members, noBits, without } from "./bits.js";
import { doubtfulIn, preparedSteps } from "./effect.js";
import { type Block, withoutSelf } from "./groups.js";
import { type Named, namer } from "./naming.js";
import { pairsInto } from "./pairs.js";
import type { Parties, Party } from "./parties.js";
import { type Calling, caller, decided, stepText } from "./report.js";
import { placeOnLine, servicesText } from "./service-line.js";
import type { ServiceSets, Services } from "./services.js";
import type { Standing } from "./standing.js";
import { type Sample, sampleOf } from "./witness.js";

/** Addresses that are to be reached, and on what; null = on anything. With `outside` private networks and endpoints are left out. */
export interface Target {
  nets: readonly Cidr[];
  outside: boolean;
  asked: Service | null;
}

/** Some that may reach a target, or perhaps. */
export interface Reacher {
  certain: boolean;
  from: Named;
  to: Named;
  services: string;
  /** Why it is uncertain. */
  reasons: readonly string[];
  witness: { src: string; dst: string; protocol: string; dstPort: number | null; by: string };
}

/** Who may reach a target, those in doubt last, and who may not at all; null = nobody is left. */
export interface Reachers {
  rows: readonly Reacher[];
  dropped: Named | null;
  /** All that certainly may, together; null = nobody. */
  reaching: Named | null;
  /** Whether some of the target is an endpoint's; else only who leaves for it is judged. */
  judged: boolean;
}

/** What goes to a target, as blocks. */
export interface Reaching {
  parties: Parties;
  standing: Standing;
  to: Bits;
  blocks: readonly Block[];
}

/** Evaluates the policies at both ends for everybody who could go there, not one by one. */
export const reaching = (model: Model, target: Target): Reaching => atOnce(reachingSteps(model, target));

function* reachingSteps(model: Model, target: Target): Steps<Reaching> {
  const { basis, standing } = yield* preparedSteps(model, [], [...target.nets, ...(target.outside ? special : [])]);
  const { parties, outcomes } = basis;
  const to = targetsIn(parties, target);
  const doubtful = doubtfulIn(parties, [model]);
  const found = yield* pairsInto(to, { parties, outcomes, standing, doubtful });
  const blocks = found
    .flatMap((block) => asAsked(parties, block, { sets: outcomes.sets, asked: target.asked }))
    .flatMap((block) => withoutSelf(parties, block) ?? []);
  return { parties, standing, to, blocks };
}

/** Who they are, in words. */
export function* reacherSteps(model: Model, target: Target): Steps<Reachers> {
  const { parties, standing, to, blocks } = yield* reachingSteps(model, target);
  yield;
  const [named, calling] = [namer(parties, to), caller(parties)];
  const judging = { parties, standing, calling };
  const rows = joined(blocks, parties)
    .flatMap((block) => (target.asked === null ? [block] : byRule(block, judging)))
    .flatMap((block): Reacher[] => {
      const sample = sampleOf(parties, block);
      const { kind, services, reasons } = block;
      const words = { certain: kind === "gained", from: named(block.from), to: named(block.to), services: servicesText(services.spans) };
      return sample === null ? [] : [{ ...words, reasons, witness: shown(sample, judging) }];
    });
  const certain = sourcesOf(
    blocks.filter(({ kind }) => kind === "gained"),
    parties,
  );
  const rest = without(sources(parties, to), sourcesOf(blocks, parties));
  return {
    rows: rows.toSorted((a, b) => Number(b.certain) - Number(a.certain) || weight(b.from) - weight(a.from)),
    reaching: members(certain).next().done === true ? null : named(certain),
    dropped: rest && named(rest),
    judged: partiesIn(parties, to).some(({ sides }) => sides[0].kind !== null),
  };
}

function sourcesOf(blocks: readonly Block[], { all }: Parties): Bits {
  const bits = noBits(all.length);
  for (const { from } of blocks) addAll(bits, from);
  return bits;
}

/** The outside first, then the most endpoints. */
const weight = ({ nets, endpoints }: Named): number => (nets.length > 0 ? 1e9 : 0) + endpoints;

function targetsIn({ all }: Parties, { nets, outside }: Target): Bits {
  const texts = new Set(nets.map(({ text }) => text));
  const isMeant = (party: Party): boolean =>
    lies(party, texts) && !(outside && (party.sides[0].kind !== null || party.leadsTo !== null || isPrivate(party)));
  return bitsOf(
    all.length,
    all.flatMap((party) => (isMeant(party) ? party.index : [])),
  );
}

const partiesIn = ({ all }: Pick<Parties, "all">, bits: Bits): Party[] => [...members(bits)].flatMap((index) => all[index] ?? []);
const lies = ({ nets }: Party, texts: ReadonlySet<string>): boolean => nets.some((net) => texts.has(net));
const privates = new Set(special.map(({ text }) => text));
const isPrivate = (party: Party): boolean => lies(party, privates);

/** Parties that can go to a target, but for its only address; what is outside goes to endpoints only. */
function sources({ all }: Parties, to: Bits): Bits {
  const targets = partiesIn({ all }, to);
  const inside = targets.some(({ sides, leadsTo }) => sides[0].kind !== null || leadsTo !== null);
  const only = new Set(
    targets.flatMap(({ index, members: [one, ...more], ranges }) => (one && more.length + ranges.length === 0 ? index : [])),
  );
  const isSource = ({ index, family, sides, leadsTo }: Party): boolean =>
    leadsTo === null && !only.has(index) && targets.some((one) => one.family === family) && (sides[0].kind !== null || inside);
  return bitsOf(
    all.length,
    all.flatMap((party) => (isSource(party) ? party.index : [])),
  );
}

/** A block on what is asked for only; an echo is of another protocol in IPv6. */
function asAsked({ all }: Parties, block: Block, { sets, asked }: { sets: ServiceSets; asked: Service | null }): Block[] {
  if (asked === null) return [block];
  const [first] = members(block.to);
  const six = first !== undefined && all[first]?.family === 6;
  const isEcho = asked.protocol === protocols.icmp && asked.icmp?.type === 8;
  const at = placeOnLine(six && isEcho ? { ...asked, protocol: protocols.icmpv6, icmp: { type: 128, code: 0 } } : asked);
  const wanted: Services = sets.and(block.services, sets.of([at, at]));
  return wanted === sets.none ? [] : [{ ...block, services: wanted }];
}

/** Blocks that say the same of other sources, or of the other IP version, are one. */
function joined(blocks: readonly Block[], { all }: Parties): Block[] {
  const familyOf = (bits: Bits): number => {
    const [first] = members(bits);
    return first === undefined ? 0 : (all[first]?.family ?? 0);
  };
  const found: { block: Block; families: number[] }[] = [];
  for (const block of blocks) {
    const family = familyOf(block.to);
    const same = found.find(
      ({ block: one, families }) =>
        one.kind === block.kind &&
        one.services === block.services &&
        one.reasons.join() === block.reasons.join() &&
        (isSame(one.to, block.to) || !families.includes(family)),
    );
    if (same) {
      addAll(same.block.from, block.from);
      addAll(same.block.to, block.to);
      same.families.push(family);
    } else found.push({ block: { ...block, from: block.from.slice(), to: block.to.slice() }, families: [family] });
  }
  return found.map(({ block }) => block);
}

interface Judging {
  parties: Parties;
  standing: Standing;
  calling: Calling;
}

/** The sources apart by what decides about them where they arrive, or else where they leave. */
function byRule(block: Block, { parties, standing, calling }: Judging): Block[] {
  const size = parties.all.length;
  const found = new Map<string, Bits>();
  for (const index of members(block.from)) {
    const { ingress, egress } = sampleOf(parties, { ...block, from: bitsOf(size, [index]) })?.under(standing) ?? nothing;
    const by = stepText((ingress ?? egress)?.trace.at(-1), calling) ?? "";
    const bits = found.get(by) ?? noBits(size);
    found.set(by, bits);
    add(bits, index);
  }
  return [...found.values()].map((from) => ({ ...block, from }));
}

const nothing = { ingress: null, egress: null };

function shown({ src, dst, service, under }: Sample, { standing, calling }: Judging): Reacher["witness"] {
  return {
    src: bare(src),
    dst: bare(dst),
    protocol: service.icmp === null ? protocolName(service.protocol) : serviceText(service),
    dstPort: service.dstPort,
    by: decided(under(standing), calling),
  };
}
