import type { Actor } from "../contract/actor.js";
import type { ChangeState, News, Order, Vote } from "../contract/change.js";
import type { Evidence, Heartbeat } from "../contract/outcome.js";
import type { Plan } from "../contract/plan.js";
import type { View } from "../contract/view.js";
import type { Declared } from "./declared.js";

/** A configured cluster and the workers of it that gave a sign of life. */
export interface ClusterPresence {
  name: string;
  hosts: number;
  workers: (Heartbeat & { ageMs: number })[];
}

/** Who somebody is to the bot. */
export interface Standing {
  id: string;
  name: string | null;
  roles: string[];
  /** Clusters that answer in this channel, and how much detail is shown here. */
  clusters: string[];
  channel: string | null;
  detail: "full" | "counts" | "none";
  /** Why something is refused, in words; null = nothing is. */
  refusal: string | null;
}

/** One cluster's part of a request, as the bots know it. */
export interface JobEntry {
  id: string;
  line: string;
  /** Name of who asked, else his identity. */
  who: string;
  /** Slack channel; null = a terminal. */
  channel: string | null;
  cluster: string;
  /** Ms since it was asked. */
  ageMs: number;
  /** `running` = a worker says so in its sign of life, which may be some seconds old. */
  state: "waiting" | "running" | "answered";
  /** Who runs it or has answered; null = nobody yet, or nobody in time. */
  worker: string | null;
  /** `ok` or the failure's code; null = no answer yet. */
  outcome: string | null;
  /** Ms since the answer; null = no answer yet. */
  answeredMs: number | null;
}

/** A change as the bots know it. Times are epoch ms. */
export interface ChangeEntry {
  id: string;
  cluster: string;
  state: ChangeState;
  plan: Plan;
  /** Name of who asked for it. */
  who: string;
  /** Approvals that it has. */
  given: number;
  /** Ms until it expires or ends by itself; null = it does not. */
  leftMs: number | null;
  history: readonly { at: number; what: string; who: string | null; name: string | null; note: string | null }[];
  news: News | null;
  /** Slack channel of its card; null = a terminal. */
  channel: string | null;
}

/** What people do with changes. Each throws a failure that tells the truth about the change when it cannot be done. */
export interface ChangeDesk {
  /** `digest`: the first digits of the plan that the voter saw; a vote without one is refused. */
  vote(id: string, ask: { digest: string | null; verdict: Vote["verdict"]; reason: string | null }): Promise<View>;
  withdraw(id: string): Promise<View>;
  /** `id` null = the one that waits to be kept; `by` in ms, for `extend`. */
  order(id: string | null, want: Order["want"], by: number): Promise<View>;
  /** Those that have not come to their end, oldest first; of clusters that answer here in full. */
  open(): Promise<ChangeEntry[]>;
  /** All since a time (epoch ms), newest first. */
  recent(since: number): Promise<ChangeEntry[]>;
  /** Throws `not_found`. */
  change(id: string): Promise<ChangeEntry>;
}

/** Whether changes of a cluster are stopped, by whom and until when (epoch ms). */
export interface FreezeEntry {
  cluster: string;
  until: number;
  why: string;
  who: string;
}

/** An entry of the audit record. */
export interface AuditSeen {
  /** ISO, UTC. */
  at: string;
  seq: number;
  what: string;
  actor: string;
  line: string;
  clusters: readonly string[];
  code: string;
  reason: string | null;
  /** Id of a job or of a change. */
  job: string | null;
}

/** What the bot itself can be asked; dispatch implements it. */
export interface Desk {
  changes: ChangeDesk;
  /** Stops proposing and running changes of a cluster for so many ms; 0 lifts it. Throws `denied`, `not_found`. */
  freeze(cluster: string | null, ms: number, why: string): Promise<FreezeEntry>;
  freezes(): Promise<FreezeEntry[]>;
  /** Entries of the audit record about clusters that answer here, the newest first, at most 200; `by`, `object`: part of who asked, of line or id. */
  audit(wanted: { since: number; by: string | null; object: string | null }): Promise<AuditSeen[]>;
  /** Epoch ms. */
  now(): number;
  clusters(): Promise<ClusterPresence[]>;
  whoami(actor: Actor, channel: string | null): Promise<Standing>;
  /** All loaded commands by name. */
  commands(): ReadonlyMap<string, Declared>;
  /** Jobs of the clusters that answer in this channel, newest first, as far back as requests are known (2 h). */
  jobs(): Promise<JobEntry[]>;
  /** Stops a job, or all jobs of a request, as the Cancel button does; throws `not_found`, `denied`. */
  cancel(id: string): Promise<View>;
  /** What ran for an answered job; null when unknown or too old. */
  evidence(job: string): Promise<{ line: string; cluster: string; evidence: Evidence[] } | null>;
}
