import type { Fault } from "../calico/draft/draft.js";
import { inTurns } from "../calico/steps.js";
import type { Ask } from "../cluster/ask.js";
import type { Cluster } from "../cluster/cluster.js";
import { type Failure, FailureError, fail } from "../contract/failure.js";
import type { Guard, Step } from "../contract/plan.js";
import { Ground } from "../diagnosis/evaluate/ground.js";
import { limited } from "../diagnosis/gather.js";
import { comparedSteps, doubtsOf, type PreviewAnswer, told } from "../diagnosis/preview/preview.js";
import { type TrafficFound, trafficOf } from "../diagnosis/preview/traffic.js";
import { readParts } from "../diagnosis/verdict/read-model.js";
import { effectGuards } from "../plan/guards/effect.js";
import { type Wanted, wantedOf } from "../plan/wanted.js";

/** What a change does to traffic, and the dangers that only this shows. */
export interface Judged {
  /** Null = it decides nothing about traffic, or that could not be computed. */
  effect: PreviewAnswer | null;
  /** Null = it could not be computed, `unknown` says why. */
  traffic: TrafficFound | null;
  unknown: string | null;
  guards: Guard[];
}

/** Kinds that decide who may talk to whom. */
const deciding = /Policy$|^(Tier|NetworkSet|GlobalNetworkSet|HostEndpoint|WorkloadEndpoint|Profile|FelixConfiguration)$/;

const nothing: TrafficFound = {
  text: "no policy is touched: traffic is not judged",
  flags: [],
  losing: 0,
  gaining: 0,
  uncertain: 0,
  groups: [],
};

/** Longer nobody waits for it, ms; the change is then of high severity. */
const patience = 10_000;

/** Compares the cluster with what the steps would make of it. What cannot be computed in time is said to be unknown. */
export async function judged(
  cluster: Cluster,
  steps: readonly Step[],
  { ask, doubts }: { ask: Ask; doubts: readonly Fault[] },
): Promise<Judged> {
  const wanted = wantedOf(steps).filter(({ draft }) => deciding.test(draft.kind));
  if (wanted.length === 0) return { effect: null, traffic: nothing, unknown: null, guards: [] };
  const late = Date.now() + patience;
  const snapshot = await limited("what is needed to judge traffic", async (part) => ({ ok: true, value: await readParts(cluster, part) }), {
    ask,
    within: patience,
  });
  if (!snapshot.ok) return unknown(snapshot.failure);
  const objects = wanted.flatMap(({ action, draft }) => (action === "apply" ? [{ ...draft.object }] : []));
  const remove = wanted.flatMap(({ action, draft }) => (action === "delete" ? placeOf(draft) : []));
  const { parts, revision, at } = snapshot.value;
  const ground = new Ground(parts, revision, at);
  try {
    const found = await inTurns(comparedSteps(ground, { kind: "documents", objects, remove }), () => goOn(ask, late));
    const effect = told(ground, found, { cluster: cluster.name, doubts: doubtsOf(doubts) });
    return { effect, traffic: trafficOf(found), unknown: null, guards: effectGuards(found.effect, { cluster, steps }) };
  } catch (error) {
    if (ask.signal.aborted || !(error instanceof FailureError)) throw error;
    return unknown(error.failure);
  }
}

const unknown = ({ message }: Failure): Judged => ({ effect: null, traffic: null, unknown: message, guards: [] });

const placeOf = ({ kind, namespace, name }: Wanted["draft"]) => ({ kind, namespace, name });

function goOn({ signal }: Ask, late: number): void {
  signal.throwIfAborted();
  if (Date.now() > late) throw fail("timeout", `it could not be computed in ${patience / 1000} s`);
}
