import type { Direction } from "../policy/policy.js";
import type { Steps } from "../steps.js";

import { add, type Bits, bitsOf, both, has, members, noBits, without } from "./bits.js";
import { combined, isTurn, reachable, type Turn } from "./combine.js";
import { type Block, Blocks } from "./groups.js";

import { type Line, type Lines, linesOf } from "./lines.js";
import { type OwnHost, ownHosts } from "./own-host.js";
import type { Parties } from "./parties.js";
import type { Outcome, Outcomes } from "./reach.js";
import type { Services } from "./services.js";
import type { Standing } from "./standing.js";
import { type Turned, Turns } from "./turns.js";

export interface Comparing {
  parties: Parties;
  outcomes: Outcomes;
  before: Standing;
  after: Standing;
  /** Parties of which nothing is certain, and why. */
  doubtful: ReadonlyMap<number, string>;
}

/** Holds every pair of parties against each other, as far as a change touches one of the two. */
export function comparePairs(comparing: Comparing): Steps<Block[]> {
  return new Pairs(comparing, combined).all();
}

/** Everything that goes to some of the parties, as if gained: what a snapshot allows, and what it leaves open. */
export function pairsInto(
  targets: Bits,
  { standing, ...given }: Omit<Comparing, "before" | "after"> & { standing: Standing },
): Steps<Block[]> {
  return new Pairs({ ...given, before: standing, after: standing }, reachable).into(targets);
}

const opposite = { ingress: "egress", egress: "ingress" } as const;

class Pairs {
  readonly #given: Comparing;
  readonly #combine: typeof combined;
  readonly #size: number;
  readonly #blocks: Blocks;
  readonly #lines: Record<Direction, Lines>;
  readonly #turns: Turns;
  readonly #hosts: ReadonlyMap<number, readonly OwnHost[]>;
  readonly #hostBits: Bits;
  readonly #doubtful: Bits;
  readonly #families: readonly Bits[];

  constructor(given: Comparing, combine: typeof combined) {
    this.#given = given;
    this.#combine = combine;
    this.#size = given.parties.all.length;
    this.#blocks = new Blocks(given.outcomes.sets.none);
    this.#lines = { ingress: linesOf(given, "ingress"), egress: linesOf(given, "egress") };
    this.#turns = new Turns(given, [...this.#lines.ingress.touched, ...this.#lines.egress.touched]);
    this.#hosts = ownHosts(given.parties);
    this.#hostBits = bitsOf(this.#size, this.#hosts.keys());
    this.#doubtful = bitsOf(this.#size, given.doubtful.keys());
    this.#families = familiesOf(given.parties);
  }

  *all(): Steps<Block[]> {
    for (const direction of ["ingress", "egress"] as const)
      for (const { parties, turned } of this.#turns.changing(this.#lines[direction].touched)) {
        this.#ends(direction, { parties, turns: [turned], others: this.#lines[opposite[direction]].all() });
        yield;
      }
    return this.#blocks.all();
  }

  *into(targets: Bits): Steps<Block[]> {
    for (const line of this.#lines.ingress.all()) {
      const parties = both(line.parties, targets);
      // Where neither end is an endpoint nothing is judged.
      const others = this.#lines.egress.all().filter(({ rows }) => rows !== null || line.rows !== null);
      if (parties) this.#ends("ingress", { parties, turns: this.#turns.of(line), others });
      yield;
    }
    return this.#blocks.all();
  }

  /** All that is of interest at one end, held against lines at the other. */
  #ends(
    direction: Direction,
    { parties: whole, turns, others }: { parties: Bits; turns: readonly Turned[]; others: readonly Line[] },
  ): void {
    for (const family of this.#families) {
      const parties = both(whole, family);
      if (parties === null) continue;
      for (const { peers, turn } of turns) {
        const near = both(peers, family);
        if (near === null) continue;
        for (const other of others) {
          const there = both(near, other.parties);
          if (there) this.#against(direction, { parties, turn, there, other });
        }
      }
    }
  }

  #against(direction: Direction, { parties, turn, there, other }: { parties: Bits; turn: Turn; there: Bits; other: Line }): void {
    for (const { peers, turn: answer } of this.#turns.of(other)) {
      // What changes at the destination too is looked at from there.
      if (direction === "egress" && isTurn(answer)) continue;
      const here = both(peers, parties);
      if (here === null) continue;
      if (direction === "ingress") this.#rectangle({ from: there, to: here, egress: answer, ingress: turn });
      else this.#rectangle({ from: here, to: there, egress: turn, ingress: answer });
    }
  }

  /** A VM's own host answers some of it whatever the policies say, and judges the rest by itself. */
  #rectangle(found: Rectangle): void {
    const inside = both(found.to, this.#hostBits);
    if (inside === null) return this.#certain(found);
    const outside = without(found.to, this.#hostBits);
    if (outside) this.#certain({ ...found, to: outside });
    for (const [party, hosts] of this.#hosts) {
      if (!has(inside, party)) continue;
      const to = bitsOf(this.#size, [party]);
      let others: Bits | null = found.from;
      for (const host of hosts) {
        const guests = both(found.from, host.guests);
        if (guests) this.#certain({ ...found, from: guests, to, egress: this.#atHost(found.egress, host) });
        others = others && without(others, host.guests);
      }
      if (others) this.#certain({ ...found, from: others, to });
    }
  }

  #atHost({ before, after }: Turn, host: OwnHost): Turn {
    const [was, is] = [this.#hosted(before, host), this.#hosted(after, host)];
    return { before: was, after: before === after ? was : is };
  }

  #hosted({ allowed, doubts, open }: Outcome, { answers }: OwnHost): Outcome {
    const { sets } = this.#given.outcomes;
    const opened = answers.reduce<Services>((sum, spans) => sets.or(sum, sets.of(spans)), sets.none);
    const judged = sets.minus(allowed, opened);
    const why = "it is the VM's own host: defaultEndpointToHostAction decides there";
    const left = doubts.map((doubt) => ({ ...doubt, on: sets.minus(doubt.on, opened) }));
    return {
      allowed: sets.or(allowed, opened),
      doubts: [...left, { why, action: null, on: judged }],
      open: sets.or(sets.minus(open, opened), judged),
    };
  }

  #certain(found: Rectangle): void {
    const { sets } = this.#given.outcomes;
    const put = (from: Bits | null, to: Bits | null, doubt: string | null): void => {
      if (from === null || to === null) return;
      const difference = this.#combine(found.egress, found.ingress, { sets, doubt });
      if (difference) this.#blocks.add(from, to, difference);
    };
    if (this.#given.doubtful.size === 0) return put(found.from, found.to, null);
    const [from, to] = [without(found.from, this.#doubtful), without(found.to, this.#doubtful)];
    put(from, to, null);
    this.#doubtfully(both(found.from, this.#doubtful), (one, why) => put(one, found.to, why));
    if (from) this.#doubtfully(both(found.to, this.#doubtful), (one, why) => put(from, one, why));
  }

  #doubtfully(parties: Bits | null, put: (parties: Bits, why: string) => void): void {
    const byReason = new Map<string, Bits>();
    for (const one of parties === null ? [] : members(parties)) {
      const why = this.#given.doubtful.get(one) ?? "";
      const bits = byReason.get(why) ?? noBits(this.#size);
      byReason.set(why, bits);
      add(bits, one);
    }
    for (const [why, bits] of byReason) put(bits, why);
  }
}

interface Rectangle {
  from: Bits;
  to: Bits;
  egress: Turn;
  ingress: Turn;
}

const families = new WeakMap<Parties, readonly Bits[]>();

/** Parties of each IP version. */
function familiesOf(parties: Parties): readonly Bits[] {
  const { all } = parties;
  const indexes = (of: 4 | 6): number[] => all.flatMap(({ family, index }) => (family === of ? index : []));
  const found = families.get(parties) ?? ([4, 6] as const).map((of) => bitsOf(all.length, indexes(of)));
  families.set(parties, found);
  return found;
}
