import type { KeyObject } from "node:crypto";
import type { Audit } from "../audit/append.js";
import type { AuditEntry } from "../audit/entry.js";
import type { Wanted } from "../audit/recent.js";
import type { Command } from "../command/define.js";
import type { Standing } from "../command/desk.js";
import type { ReadDocument } from "../command/document.js";
import type { Actor } from "../contract/actor.js";
import type { Failure } from "../contract/failure.js";
import type { Log } from "../log/log.js";
import type { ClusterQueue } from "../queue/cluster-queue.js";
import type { Deliver } from "./ports.js";

/** A cluster as the bot knows it: no credentials, only names and the keys that its workers sign with. */
export interface KnownCluster {
  name: string;
  hosts: readonly { name: string; address: string }[];
  /** Ed25519 public keys of which one must have signed what its workers say. */
  workerKeys: readonly KeyObject[];
  queue: ClusterQueue;
}

/** The question to the access room. */
export interface AccessAsk {
  actor: Actor;
  channel: string | null;
  role: "viewer" | "operator" | "approver";
  cluster: string | null;
  /** No role needed; channel and workspace still count. */
  open?: boolean;
  /** The role must be the person's own, not one by a user group. */
  personal?: boolean;
  /** Only for who is on call by the configuration. */
  onCall?: boolean;
}
export type AccessAnswer = { ok: true; detail: "full" | "counts" } | { ok: false; failure: Failure; onlyFor: true };

/** What must hold for a move, and what it writes; the store of src/redis fits. Times to live in ms. */
export type Condition = { key: string; is: string } | { key: string; absent: true } | { key: string; present: true };
export type Write =
  | { set: string; value: string; ttl: number }
  | { drop: string }
  | { rank: string; member: string; at: number }
  | { unrank: string; member: string };

/** Port: where requests, answers and deliveries are kept; atomic, shared by all bots. Throws `queue_unavailable`. */
export interface State {
  get(key: string): Promise<string | null>;
  getAll(keys: readonly string[]): Promise<(string | null)[]>;
  putNew(key: string, value: string, ttl: number): Promise<boolean>;
  move(when: readonly Condition[], then: readonly Write[]): Promise<boolean>;
  take(set: string, due: { now: number; until: number; limit: number }): Promise<string[]>;
  since(set: string, at: number): Promise<string[]>;
}

/** All in ms. */
export interface Timing {
  /** submit() answers within this. */
  submit: number;
  /** Added to a command's own deadline: waiting for a free worker, or for the next one when a worker died. */
  queueing: number;
  /** After a job's deadline the bot waits this much longer for the outcome. */
  grace: number;
  /** Between two updates of a progress card. */
  progressEvery: number;
  /** Between two looks for what is overdue. */
  watchEvery: number;
  /** After a start, so that outcomes which waited are taken before anything is called late. */
  watchAfter: number;
}

export const defaultTiming: Timing = {
  submit: 2000,
  queueing: 15_000,
  grace: 3000,
  progressEvery: 1000,
  watchEvery: 1000,
  watchAfter: 2000,
};

export interface DispatchDeps {
  clusters: readonly KnownCluster[];
  commands: ReadonlyMap<string, Command>;
  authorise(ask: AccessAsk): AccessAnswer;
  standing(actor: Actor, channel: string | null): Standing;
  /** Ids of people and groups in Slack who can approve changes of a cluster. */
  approvers(cluster: string): string[];
  /** Ed25519 private key of the bots. */
  signingKey: KeyObject;
  /** Public keys of other bots that share the state but not the key. */
  botKeys?: readonly KeyObject[];
  state: State;
  /** Where every request, answer and cancel is recorded. */
  audit: Audit;
  /** Looks into that record, the newest first. */
  recorded(wanted: Wanted): Promise<AuditEntry[]>;
  deliver: Deliver;
  /** How documents are read; absent = here and now. */
  readDocument?: ReadDocument;
  log: Log;
  clock?: () => number;
  /** Reply queue: `outcomes` for bots; a terminal takes one of its own, which is removed at stop(). */
  replyTo?: string;
  timing?: Partial<Timing>;
}
