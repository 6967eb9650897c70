import { addAll, type Bits, both, hashOf, isSame, noBits } from "./bits.js";
import { isTurn, type Turn } from "./combine.js";
import { differing, within } from "./differing.js";
import type { Line } from "./lines.js";
import type { Parties } from "./parties.js";
import type { Outcome, Outcomes, Reach } from "./reach.js";
import type { Services } from "./services.js";
import type { Standing } from "./standing.js";

/** What an end lets through for some of the parties at the other, before the change and after it. */
export interface Turned {
  peers: Bits;
  turn: Turn;
}

export interface Turning {
  parties: Parties;
  outcomes: Outcomes;
  before: Standing;
  after: Standing;
}

/** What lines let through. */
export class Turns {
  readonly #given: Turning;
  readonly #everyone: Bits;
  readonly #known = new Map<string, Turned[]>();
  /** Those that the change can be about, at either end; others go through as before and are left out of lines that change. */
  readonly #about: Services;
  readonly #cut: ReturnType<typeof within>;

  constructor(given: Turning, lines: readonly Line[]) {
    this.#given = given;
    this.#everyone = noBits(given.parties.all.length).fill(0xffffffff);
    this.#about = this.#differing(lines);
    this.#cut = within(this.#about, given.outcomes);
  }

  isTouched({ rows }: Line): boolean {
    return rows !== null && (!this.#given.parties.same || rows.before.key !== rows.after.key);
  }

  of({ rows }: Line): Turned[] {
    const { everything } = this.#given.outcomes;
    if (rows === null) return [{ peers: this.#everyone, turn: { before: everything, after: everything } }];
    const key = `${rows.before.key}\n${rows.after.key}`;
    const turned = this.#known.get(key) ?? this.#make(rows);
    this.#known.set(key, turned);
    return turned;
  }

  /** What changes at some of these lines, those that turn alike for the same peers put together. */
  changing(lines: readonly Line[]): { parties: Bits; turned: Turned }[] {
    const found = new Map<Outcome, Map<Outcome, Map<number, { parties: Bits; turned: Turned }[]>>>();
    const all: { parties: Bits; turned: Turned }[] = [];
    for (const line of lines)
      for (const turned of this.isTouched(line) ? this.of(line) : []) {
        const { peers, turn } = turned;
        if (!isTurn(turn)) continue;
        const alike = there(there(found, turn.before), turn.after);
        const hash = hashOf(peers);
        const same = alike.get(hash)?.find((one) => isSame(one.turned.peers, peers));
        if (same) addAll(same.parties, line.parties);
        else {
          const one = { parties: line.parties.slice(), turned };
          all.push(one);
          alike.set(hash, [...(alike.get(hash) ?? []), one]);
        }
      }
    return all;
  }

  #make({ before: was, after: is }: NonNullable<Line["rows"]>): Turned[] {
    const { before, after, parties } = this.#given;
    const reaches = before.reach(was);
    if (parties.same && was.key === is.key)
      return reaches.map(({ peers, outcome }) => ({ peers, turn: { before: outcome, after: outcome } }));
    return crossed(this.#cut(reaches), after.reach(is, this.#about));
  }

  #differing(lines: readonly Line[]): Services {
    const { parties, outcomes } = this.#given;
    const { sets } = outcomes;
    if (!parties.same) return sets.all;
    let sum = sets.none;
    for (const line of lines) {
      if (line.rows === null || !this.isTouched(line)) continue;
      const services = differing(line.rows.before, line.rows.after, sets);
      if (services === null) return sets.all;
      sum = sets.or(sum, services);
    }
    return sum;
  }
}

function there<K, L, V>(map: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const found = map.get(key) ?? new Map<L, V>();
  map.set(key, found);
  return found;
}

function crossed(before: readonly Reach[], after: readonly Reach[]): Turned[] {
  return before.flatMap((was) =>
    after.flatMap((is) => {
      const peers = both(was.peers, is.peers);
      return peers === null ? [] : [{ peers, turn: { before: was.outcome, after: is.outcome } }];
    }),
  );
}
