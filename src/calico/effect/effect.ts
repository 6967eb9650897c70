import type { Cidr } from "../cidr.js";
import { atOnce, type Steps } from "../steps.js";
import type { CompiledPolicy } from "../verdict/compiled.js";
import type { Model } from "../verdict/model.js";
import { aligned } from "./aligned.js";
import { forwardsAlike } from "./forwards-alike.js";
import type { Block } from "./groups.js";
import { covers, type Mentioned, mentionedIn } from "./mentioned.js";
import { comparePairs } from "./pairs.js";
import { type Parties, partiesOf } from "./parties.js";
import { peersOf } from "./peers.js";
import { outcomesOf } from "./reach.js";
import { everyService } from "./service-line.js";
import { serviceSets } from "./services.js";
import { type Basis, changed, contentOf, type Standing, sequenceOf, standingOf } from "./standing.js";

/** What a change does: which connections come to be allowed or dropped. */
export interface Effect {
  parties: Parties;
  blocks: readonly Block[];
  before: Standing;
  after: Standing;
}

/** A snapshot sorted once for many changes to it. */
export interface Prepared {
  model: Model;
  mentioned: Mentioned;
  basis: Basis;
  standing: Standing;
}

/** Sorts a snapshot by what its own policies mention, those of `more`, and prefixes that are asked about. */
export const prepared = (model: Model, more: readonly Model[] = [], asked: readonly Cidr[] = []): Prepared =>
  atOnce(preparedSteps(model, more, asked));

/** The same in steps. */
export function* preparedSteps(model: Model, more: readonly Model[] = [], asked: readonly Cidr[] = []): Steps<Prepared> {
  const mentioned = mentionedIn([model, ...more], asked);
  yield;
  const parties = partiesOf([model, model], mentioned);
  yield;
  const basis = basisOf(parties, 0);
  yield;
  return { model, mentioned, basis, standing: standingOf(model, basis) };
}

function basisOf(parties: Parties, side: 0 | 1, shared?: Basis): Basis {
  const outcomes = shared?.outcomes ?? outcomesOf(serviceSets(everyService));
  const rulesets = shared?.rulesets ?? new Map();
  return { side, parties, peers: peersOf(parties, side), outcomes, rulesets, kept: new WeakMap(), stages: new Map() };
}

/**
 * Compares two snapshots. With the same endpoints and network sets only what other policies touch is looked at; a snapshot that
 * was prepared is used again where the change mentions nothing new.
 */
export const effectBetween = (before: Prepared, other: Model): Effect => atOnce(effectSteps(before, other));

/** The same in steps. */
export function* effectSteps(before: Prepared, other: Model): Steps<Effect> {
  const after = aligned(before.model, other);
  const { owners, felix, profiles } = before.model;
  const same = owners === after.owners && felix === after.felix && profiles === after.profiles && forwardsAlike(before.model, after);
  yield;
  if (!same) return yield* wholly(before.model, after);
  const sequence = sequenceOf(after, before.standing.sequence);
  const ready = covers(before.mentioned, mentionedIn([only(sequence, before.standing, after)]))
    ? before
    : yield* preparedSteps(before.model, [after]);
  const { basis, standing } = ready;
  const now = changed(standing, { model: after, sequence: ready === before ? sequence : sequenceOf(after, standing.sequence) }, basis);
  const { parties, outcomes } = basis;
  yield;
  const blocks = yield* comparePairs({
    parties,
    outcomes,
    before: standing,
    after: now,
    doubtful: doubtfulIn(parties, [before.model, after]),
  });
  return { parties, blocks, before: standing, after: now };
}

/** A snapshot with only the policies that are new in it. */
function only(sequence: readonly CompiledPolicy[], before: Standing, after: Model): Model {
  const old = new Set(before.sequence);
  const added = sequence.filter((one) => !old.has(one));
  return { ...after, endpoints: [], profiles: new Map(), compiled: new Map(added.map((one) => [one.policy, one])) };
}

/** Other endpoints, network sets or profiles: every row is evaluated on both sides. */
function* wholly(model: Model, after: Model): Steps<Effect> {
  const parties = partiesOf([model, after], mentionedIn([model, after]));
  const basis = basisOf(parties, 0);
  const [was, is] = [standingOf(model, basis), standingOf(after, basisOf(parties, 1, basis))];
  const doubtful = doubtfulIn(parties, [model, after]);
  yield;
  return {
    parties,
    blocks: yield* comparePairs({ parties, outcomes: basis.outcomes, before: was, after: is, doubtful }),
    before: was,
    after: is,
  };
}

/** Parties of which nothing is certain: everything, where a policy cannot even be placed. */
export function doubtfulIn({ all }: Parties, models: readonly Model[]): Map<number, string> {
  const everywhere = models.flatMap((model) => model.everywhere)[0];
  const incomplete = models.flatMap((model) => model.incomplete ?? [])[0];
  const found = new Map<number, string>();
  for (const { index, sides } of all) {
    const own = sides[0].doubt ?? sides[1].doubt ?? moved(sides);
    const why = everywhere ?? own ?? (sides[0].kind === null ? incomplete : undefined);
    if (why !== undefined && why !== null) found.set(index, why);
  }
  return found;
}

/** Endpoints that meet another host of their own after the change. */
function moved([{ kind: was }, { kind: is }]: Parties["all"][number]["sides"]): string | null {
  if (was === is || was === null || is === null) return null;
  const same = was.openstack === is.openstack && was.kind === is.kind && was.gateways.join() === is.gateways.join();
  return same ? null : "its gateway or kind changes with it";
}

/** The policies of either snapshot that are not the same in the other. */
export function changedPolicies({ before, after }: Effect): { was: CompiledPolicy[]; is: CompiledPolicy[] } {
  const [old, now] = [new Set(before.sequence.map(contentOf)), new Set(after.sequence.map(contentOf))];
  const apart = (all: readonly CompiledPolicy[], other: ReadonlySet<string>) => all.filter((one) => !other.has(contentOf(one)));
  return { was: apart(before.sequence, now), is: apart(after.sequence, old) };
}
