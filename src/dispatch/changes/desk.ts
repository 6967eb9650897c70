import { randomUUID } from "node:crypto";
import { type Change, planOf } from "../../approvals/record.js";
import { approvals } from "../../approvals/truth.js";
import type { ChangeDesk, ChangeEntry } from "../../command/desk.js";
import { type Actor, actorId } from "../../contract/actor.js";
import type { Order, Vote } from "../../contract/change.js";
import { type Envelope, type EnvelopeKind, seal } from "../../contract/envelope.js";
import { FailureError, fail } from "../../contract/failure.js";
import { nearest } from "../../contract/nearest.js";
import { shortDigest } from "../../contract/plan.js";
import { minuteOf } from "../../contract/times.js";
import { type View, view } from "../../contract/view.js";
import type { Context } from "../context.js";
import { followUpSoon } from "./after.js";
import { freezeOf } from "./freezes.js";

/** Who acts, and from where. */
export interface Acting {
  actor: Actor;
  channel: string | null;
}

/** A signed click counts as long as a change may live, ms. */
const clickLife = 3 * 3_600_000;

/** What people do with changes. Every answer tells the truth about the change as it stands now. */
export function changeDesk(context: Context, acting: Acting): ChangeDesk {
  return {
    vote: (id, ask) => vote(context, acting, { id, ...ask }),
    withdraw: (id) => withdraw(context, acting, id),
    order: (id, want, by) => order(context, acting, { id, want, by }),
    open: async () => (await seen(context, acting, await context.approvals.open(null))).map((one) => entryOf(context, one)),
    recent: async (since) =>
      (await seen(context, acting, await context.approvals.recent(null, since, 200))).map((one) => entryOf(context, one)),
    change: async (id) => entryOf(context, await find(context, acting, id)),
  };
}

/** Only of clusters that answer here in full. */
async function seen({ authorise }: Context, { actor, channel }: Acting, changes: readonly Change[]): Promise<Change[]> {
  const may = new Map(
    [...new Set(changes.map(({ cluster }) => cluster))].map((cluster) => {
      const answer = authorise({ actor, channel, role: "viewer", cluster });
      return [cluster, answer.ok && answer.detail === "full"];
    }),
  );
  return changes.filter(({ cluster }) => may.get(cluster) === true);
}

/** The change of an id that may be seen here. Throws `not_found` with the nearest. */
async function find(context: Context, acting: Acting, id: string): Promise<Change> {
  const change = await context.approvals.get(id.toLowerCase());
  if (change !== null && (await seen(context, acting, [change])).length > 0) return change;
  const open = await seen(context, acting, await context.approvals.open(null));
  const near = nearest(
    id,
    open.map((one) => one.id),
  );
  throw fail("not_found", `no change is known as \`${id}\` here`, {
    hint: near === null ? "`approvals` lists those that wait, `changes` the others" : `did you mean \`${near}\`?`,
  });
}

function mayAct(
  { authorise }: Context,
  { actor, channel }: Acting,
  what: { change: Change; role: "operator" | "approver"; personal?: boolean },
): void {
  const { change, role, personal = false } = what;
  const answer = authorise({ actor, channel, role, cluster: change.cluster, personal });
  if (!answer.ok) throw new FailureError(answer.failure);
}

interface Voting {
  id: string;
  /** First digits of the digest of the plan that was seen; null = typed without one. */
  digest: string | null;
  verdict: Vote["verdict"];
  reason: string | null;
}

async function vote(context: Context, acting: Acting, { id, digest, verdict, reason }: Voting): Promise<View> {
  const change = await find(context, acting, id);
  const plan = planOf(change);
  mayAct(context, acting, { change, role: "approver", personal: plan.severity === "high" });
  if (verdict === "approve") await checkFreeze(context, change.cluster);
  if (digest === null)
    throw fail("usage", `what you ${verdict} must be said: the plan of ${change.id} has the digest ${shortDigest(plan)}`, {
      hint: `look at \`change ${change.id}\`, then type \`${verdict} ${change.id} ${shortDigest(plan)}\``,
    });
  if (digest.length < 8 || !plan.change.startsWith(digest.toLowerCase()))
    throw fail("approval_stale", `${change.id} was planned anew since: \`${digest}\` is not its plan any more`, {
      hint: `look at \`change ${change.id}\``,
    });
  const payload: Vote = {
    v: 1,
    change: change.id,
    revision: plan.revision,
    digest: plan.change,
    voter: acting.actor,
    verdict,
    reason,
    at: context.now(),
  };
  const signed = sign(context, acting, { kind: "vote", id: `${change.id}-${randomUUID()}`, cluster: change.cluster, payload });
  const {
    change: after,
    moved,
    refused,
  } = await context.approvals.act(change.id, { kind: "vote", envelope: signed, vote: payload, mayVote: { ok: true } });
  if (refused !== null) throw new FailureError(refused);
  if (moved) await followUpSoon(context, after);
  return told(after, verdict === "approve" ? "your approval counts" : "rejected");
}

async function withdraw(context: Context, acting: Acting, id: string): Promise<View> {
  const change = await find(context, acting, id);
  const { actor, channel } = acting;
  const mayVote = context.authorise({ actor, channel, role: "approver", cluster: change.cluster });
  const { change: after, moved, refused } = await context.approvals.act(change.id, { kind: "withdraw", actor, mayVote, reason: null });
  if (refused !== null) throw new FailureError(refused);
  if (moved) await followUpSoon(context, after);
  return told(after, "withdrawn");
}

/** Throws `frozen` with who froze it and why. */
export async function checkFreeze(context: Context, cluster: string): Promise<void> {
  const frozen = await freezeOf(context, cluster);
  if (frozen === null) return;
  const until = minuteOf(frozen.until);
  throw fail("frozen", `${cluster}: ${frozen.why}, until ${until} UTC`, {
    hint: `frozen by ${frozen.who}; \`unfreeze ${cluster}\` lifts it`,
  });
}

interface Ordering {
  /** Null = the one that is open. */
  id: string | null;
  want: Order["want"];
  by: number;
}

/** What is to become of an applied change. The worker decides; until it answers the card says so. */
async function order(context: Context, acting: Acting, { id, want, by }: Ordering): Promise<View> {
  const change = await find(context, acting, id ?? (await theOpenOne(context, acting)));
  mayAct(context, acting, { change, role: "operator" });
  const payload: Order = { v: 1, id: `o-${randomUUID()}`, change: change.id, want, by, actor: acting.actor, at: context.now() };
  const { change: after, moved, refused } = await context.approvals.act(change.id, { kind: "order", order: payload });
  if (refused !== null) throw new FailureError(refused);
  const signed = sign(context, acting, { kind: "keep", id: payload.id, cluster: change.cluster, payload });
  await context.cluster(change.cluster)?.queue.submit(signed, "orders");
  if (moved) await followUpSoon(context, after);
  return told(
    after,
    want === "keep"
      ? "keep requested: the worker confirms it"
      : want === "revert"
        ? "asked the worker to put it back"
        : "asked the worker for more time",
  );
}

async function theOpenOne(context: Context, acting: Acting): Promise<string> {
  const open = (await seen(context, acting, await context.approvals.open(null))).filter(({ state }) =>
    ["applied", "keep_requested"].includes(state),
  );
  const [only, ...others] = open;
  if (only === undefined) throw fail("not_found", "no change waits to be kept", { hint: "`changes` lists what was done" });
  if (others.length > 0)
    throw fail("ambiguous", `${open.map((one) => one.id).join(", ")} wait to be kept`, {
      hint: "say which one",
      choices: open.slice(0, 5).map((one) => ({ label: one.id, line: `change ${one.id}` })),
    });
  return only.id;
}

function sign(context: Context, { actor }: Acting, what: { kind: EnvelopeKind; id: string; cluster: string; payload: unknown }): Envelope {
  return seal({ ...what, actor: actorId(actor), ttl: clickLife }, context.signingKey, context.now());
}

/** What the click did, for who clicked; everybody else sees it on the card. */
function told(change: Change, what: string): View {
  const plan = planOf(change);
  const given = approvals(change);
  const votes = change.state === "proposed" ? ` · ${given} of ${plan.terms.approvers} approvals` : "";
  const card = view("info", `${change.id}: ${what}`, `it is ${words(change.state)}${votes}`);
  card.actions = [{ label: "Show", line: `change ${change.id}` }];
  return card;
}

const words = (state: string): string => state.replaceAll("_", " ");

function entryOf({ now }: Context, change: Change): ChangeEntry {
  const plan = planOf(change);
  const until = change.state === "proposed" || change.state === "approved" ? plan.expires : (change.news?.ends ?? null);
  return {
    id: change.id,
    cluster: change.cluster,
    state: change.state,
    plan,
    who: change.requesterName,
    given: approvals(change),
    leftMs: until === null ? null : Math.max(0, until - now()),
    history: change.history,
    news: change.news,
    channel: change.place.channel,
  };
}
