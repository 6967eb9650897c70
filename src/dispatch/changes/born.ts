import type { ChangeEvent } from "../../approvals/event.js";
import { decide, propose } from "../../approvals/machine.js";
import type { Change } from "../../approvals/record.js";
import { parseWords } from "../../command/parse.js";
import { Proposed } from "../../command/planned.js";
import { actorId, actorLabel } from "../../contract/actor.js";
import type { Emergency } from "../../contract/change.js";
import { open, seal } from "../../contract/envelope.js";
import { FailureError, fail } from "../../contract/failure.js";
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
  const requesterName = actorLabel(actor);
  const where = { channel: channelOf(place), thread: place.kind === "slack" ? place.thread : null };
  const change = propose({ request: record.id, signed, place: where, requesterName }, now);
  const event = emergencyOf(context, record, plan);
  if (event === null || change.state !== "proposed") return change;
  const { change: approved, refused } = decide(change, event, now);
  if (refused !== null) throw new FailureError(refused);
  return approved;
}

/** The signed reason for doing without votes; who may give one was checked when it was asked for. */
function emergencyOf(context: Context, { command: name, words, actor }: RequestRecord, plan: Plan): ChangeEvent | null {
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
  return { kind: "emergency", envelope: seal(what, context.signingKey, at), emergency: payload, mayDeclare: { ok: true } };
}
