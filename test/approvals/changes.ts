import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { ChangeEvent } from "../../src/approvals/event.js";
import { propose } from "../../src/approvals/machine.js";
import { type Change, planOf } from "../../src/approvals/record.js";
import type { Keep } from "../../src/approvals/records.js";
import { type Actor, actorId } from "../../src/contract/actor.js";
import type { ChangeState, Emergency, News, Order, Vote } from "../../src/contract/change.js";
import { type Envelope, open, seal } from "../../src/contract/envelope.js";
import { changeDigest, changeIdOf, type Plan, type Terms } from "../../src/contract/plan.js";

const keyPair = generateKeyPairSync("ed25519");
/** 2026-11-24 14:50:00 UTC. */
export const t0 = Date.UTC(2026, 10, 24, 14, 50);
export const minute = 60_000;
const terms: Terms = { approvers: 1, self: false, window: 10 * minute, ends: "revert" };

export const person = (name: string): Actor => ({ kind: "slack", team: "T1", user: `U-${name}`, name, bot: false, foreign: false });
export const requester = person("alice");
export const [bob, carol, dave] = [person("bob"), person("carol"), person("dave")];

const enclosed = (kind: "plan" | "vote", actor: string, payload: unknown): Envelope =>
  seal({ kind, id: `${kind}-1`, cluster: "eu1", actor, ttl: 60 * minute, payload }, keyPair.privateKey, t0);

/** A plan of one object that lives for 30 min from t0. */
export function planFor(job: string, more: Partial<Plan> = {}): Plan {
  const document = JSON.stringify({ apiVersion: "projectcalico.org/v3", kind: "GlobalNetworkPolicy", metadata: { name: "deny-smtp-out" } });
  const key = "/calico/resources/v3/projectcalico.org/globalnetworkpolicies/deny-smtp-out";
  const subject = "GlobalNetworkPolicy deny-smtp-out";
  const object = { action: "create", subject, key, expect: null, document, after: document, inverse: null, diff: "" } as const;
  const plan = {
    v: 1 as const,
    id: changeIdOf(job),
    revision: 1,
    cluster: "eu1",
    line: "apply",
    requester,
    steps: [{ kind: "object" as const, ...object }],
    guards: [],
    severity: "medium" as const,
    because: [],
    terms,
    traffic: null,
    change: "",
    origin: null,
    undoes: null,
    at: 7,
    worker: "w1",
    made: t0,
    expires: t0 + 30 * minute,
    ...more,
  };
  return { ...plan, change: changeDigest(plan) };
}

export function changeOf(job: string, more: Partial<Plan> & { ask?: Partial<Terms> } = {}): Change {
  const { ask, ...rest } = more;
  const plan = planFor(job, { ...rest, terms: { ...terms, ...ask } });
  const signed = { ...enclosed("plan", "worker:w1", plan), cluster: plan.cluster };
  const place = { channel: "C1", thread: null };
  return propose({ request: `r-${job}`, signed, place, requesterName: "alice" }, plan.made);
}

export const may = { ok: true } as const;
export const mayNot = { ok: false, failure: { code: "denied", message: "role approver is needed" } } as const;

export function voteOn(change: Change, voter: Actor, how: Partial<Vote> & { mayVote?: typeof may | typeof mayNot } = {}): ChangeEvent {
  const { mayVote = may, ...more } = how;
  const { id, revision, change: digest } = planOf(change);
  const vote: Vote = { v: 1, change: id, revision, digest, voter, verdict: "approve", reason: null, at: t0, ...more };
  return { kind: "vote", envelope: enclosed("vote", actorId(voter), vote), vote, mayVote };
}

export function emergencyOf(change: Change, actor: Actor, more: Partial<Emergency> = {}): ChangeEvent {
  const { id, revision, change: digest } = planOf(change);
  const emergency: Emergency = { v: 1, change: id, revision, digest, actor, reason: "incident 4821", at: t0, ...more };
  return { kind: "emergency", envelope: enclosed("vote", actorId(actor), emergency), emergency, mayDeclare: may };
}

export function newsOf(change: Change, state: ChangeState, more: Partial<News> = {}): ChangeEvent {
  const { id, revision, cluster, worker } = planOf(change);
  const seq = (change.news?.seq ?? 0) + 1;
  const base = { v: 1 as const, change: id, revision, cluster, worker, seq, state, at: t0 + 10 * minute };
  return { kind: "news", news: { ...base, ends: null, objects: [], inForce: null, watched: null, note: null, ...more } };
}

export function orderOf(change: Change, want: Order["want"], actor: Actor, more: Partial<Order> = {}): ChangeEvent {
  const by = want === "extend" ? 10 * minute : 0;
  return { kind: "order", order: { v: 1, id: `o-${want}-${actorId(actor)}`, change: change.id, want, by, actor, at: t0, ...more } };
}

/** Seals like a bot with this key that trusts the others'. */
export function keepOf(key: KeyObject, others: readonly KeyObject[] = []): Keep {
  const trusted = [createPublicKey(key), ...others];
  const life = 90 * 86_400_000;
  return {
    seal: (id, payload) => JSON.stringify(seal({ kind: "request", id, cluster: "_bot", actor: "bot", ttl: life, payload }, key)),
    open(id, text, schema) {
      if (text === null) return null;
      try {
        const { envelope, value } = open(JSON.parse(text), schema, { kind: "request", cluster: "_bot", keys: trusted });
        return envelope.id === id ? value : null;
      } catch {
        return null;
      }
    },
  };
}
