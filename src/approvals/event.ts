import type { Actor } from "../contract/actor.js";
import type { Emergency, News, Order, Vote } from "../contract/change.js";
import type { Envelope } from "../contract/envelope.js";
import type { Failure } from "../contract/failure.js";

/** What the access rules say; the caller asks them at the click. */
export type Right = { ok: true } | { ok: false; failure: Failure };

export interface Voted {
  kind: "vote";
  envelope: Envelope;
  vote: Vote;
  mayVote: Right;
}
export interface Withdrawn {
  kind: "withdraw";
  actor: Actor;
  /** The requester may without it. */
  mayVote: Right;
  reason: string | null;
}
export interface Declared {
  kind: "emergency";
  envelope: Envelope;
  emergency: Emergency;
  mayDeclare: Right;
}
export interface Cancelled {
  kind: "cancel";
  actor: Actor;
  reason: string | null;
}

/**
 * What can happen to a change. Envelopes are verified and opened by the caller, who also decides whether the actor of an order or a
 * cancel may. `submitted`: it was put into the worker's queue, and is still only approved until the worker says that it took it.
 * `mention`, `remind`: whoever wins tells the approvers, and nobody else does.
 */
export type ChangeEvent =
  | Voted
  | Withdrawn
  | Declared
  | Cancelled
  | { kind: "expire" }
  | { kind: "submitted" }
  | { kind: "news"; news: News }
  | { kind: "order"; order: Order }
  | { kind: "mention" }
  | { kind: "remind" };
