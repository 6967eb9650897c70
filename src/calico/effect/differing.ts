import type { Outcome, Outcomes, Reach } from "./reach.js";
import { merged } from "./reach.js";
import type { Row, Ruleset } from "./rows.js";
import type { ServiceSets, Services } from "./services.js";

/** What a row does, one thing after the other. */
type Token = Ruleset | "Deny" | "Pass";

/**
 * The services about which two rows can differ: those that the rules which only one of them has are about. Everything else goes
 * through both alike, since rules look at each service by itself. Null = it cannot be told.
 */
export function differing(was: Row, is: Row, sets: ServiceSets): Services | null {
  if (was.start !== is.start || !isSameList(was.profiles, is.profiles)) return null;
  const [before, after] = [tokensOf(was), tokensOf(is)];
  const shorter = Math.min(before.length, after.length);
  let first = 0;
  while (first < shorter && before[first] === after[first]) first++;
  let last = 0;
  while (last < shorter - first && before.at(-1 - last) === after.at(-1 - last)) last++;
  const inside = [...before.slice(first, before.length - last), ...after.slice(first, after.length - last)];
  let sum = sets.none;
  for (const token of inside) {
    if (typeof token === "string" || token.missing || token.doubts.length > 0) return null;
    for (const { services } of token.clauses) sum = sets.or(sum, services);
  }
  return sum;
}

/** The end of a tier is one of its own: whoever has a tier that the other has not differs in everything. */
function tokensOf(row: Row): readonly Token[] {
  const found =
    tokens.get(row) ?? row.tiers.flatMap<Token>(({ end, steps }) => (steps.every(({ missing }) => missing) ? [...steps] : [...steps, end]));
  tokens.set(row, found);
  return found;
}

const tokens = new WeakMap<Row, readonly Token[]>();

const isSameList = (a: readonly Ruleset[], b: readonly Ruleset[]): boolean => a.length === b.length && a.every((one, i) => one === b[i]);

/** Cuts what is let through down to some services. */
export function within(services: Services, outcomes: Outcomes): (reaches: readonly Reach[]) => readonly Reach[] {
  if (services === outcomes.sets.all) return (reaches) => reaches;
  const known = new Map<Outcome, Outcome>();
  const cut = (outcome: Outcome): Outcome => {
    const found = known.get(outcome) ?? outcomes.of(outcome, services);
    known.set(outcome, found);
    return found;
  };
  return (reaches) =>
    merged(
      reaches.map(({ peers, outcome }) => ({ peers, outcome: cut(outcome) })),
      ({ outcome }) => outcome,
    );
}
