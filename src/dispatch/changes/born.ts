import type { Change } from "../../approvals/record.js";
import { parseWords } from "../../command/parse.js";
import { Proposed } from "../../command/planned.js";
import { actorId } from "../../contract/actor.js";
import type { Emergency } from "../../contract/change.js";
import { type Envelope, open, seal } from "../../contract/envelope.js";
import { fail } from "../../contract/failure.js";
import type { Outcome } from "../../contract/outcome.js";
import { changeDigest, changeIdOf, Plan } from "../../contract/plan.js";
import { type Context, channelOf } from "../context.js";
import type { RequestRecord } from "../record.js";

/** The change that a worker's answer proposes; null = it proposes none. Throws `bad_signature` when the plan is not what it must be. */
export function bornFrom(context: Context, record: RequestRecord, outcome: Outcome): Change | null {
  if (!outcome.ok || context.commands.get(record.command)?.risk !== "change") return null;
  const proposed = Proposed.safeParse(outcome.result);
  if (!proposed.success || proposed.data.plan === null) return null;
  const { plan: signed } = proposed.data;
  const keys = context.cluster(outcome.cluster)?.workerKeys ?? [];
  const { value: plan } = open(signed, Plan, { kind: "plan", cluster: outcome.cluster, keys, now: context.now() });
  const mine = plan.id === changeIdOf(outcome.job) && signed.id === plan.id && actorId(plan.requester) === actorId(record.actor);
  if (!mine || plan.cluster !== outcome.cluster || plan.change !== changeDigest(plan))
    throw fail("bad_signature", `the plan of ${outcome.worker} is not the one that was asked for`);
  return newChange(context, record, { plan, signed });
}

function newChange(context: Context, record: RequestRecord, { plan, signed }: { plan: Plan; signed: Change["signed"] }): Change {
  const { actor, place } = record;
  const now = context.now();
  const name = actor.kind === "slack" ? (actor.name ?? actor.user) : actorId(actor);
  const emergency = emergencyOf(context, record, plan);
  const free = plan.terms.approvers === 0;
  const what = emergency !== null ? "proposed as an emergency, without votes" : free ? "proposed; no votes are needed" : "proposed";
  return {
    id: plan.id,
    request: record.id,
    cluster: plan.cluster,
    state: free || emergency !== null ? "approved" : "proposed",
    signed,
    votes: [],
    emergency: emergency?.signed ?? null,
    news: null,
    history: [{ at: now, what, who: actorId(actor), name, note: emergency?.reason ?? null }],
    place: { channel: channelOf(place), thread: place.kind === "slack" ? place.thread : null },
    requesterName: name,
    created: now,
    ended: null,
    wantedKeep: null,
    told: { mentioned: null, reminded: null },
    turn: 1,
  };
}

/** The signed reason for doing without votes; who may give one was checked when it was asked for. */
function emergencyOf(
  context: Context,
  { command: name, words, actor }: RequestRecord,
  plan: Plan,
): { signed: Envelope; reason: string } | null {
  const command = context.commands.get(name);
  const reason = command === undefined ? undefined : parseWords(command, name, words)["emergency"];
  if (typeof reason !== "string") return null;
  const at = context.now();
  const payload: Emergency = { v: 1, change: plan.id, revision: plan.revision, digest: plan.change, actor, reason, at };
  const what = {
    kind: "vote" as const,
    id: `${plan.id}-emergency`,
    cluster: plan.cluster,
    actor: actorId(actor),
    ttl: plan.expires - at + 60_000,
    payload,
  };
  return { signed: seal(what, context.signingKey, at), reason };
}
