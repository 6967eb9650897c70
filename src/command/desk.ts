import type { Actor } from "../contract/actor.js";
import type { Evidence, Heartbeat } from "../contract/outcome.js";
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

/** What the bot itself can be asked; dispatch implements it. */
export interface Desk {
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
