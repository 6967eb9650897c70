import type { Actor } from "../contract/actor.js";
import type { Evidence, Heartbeat } from "../contract/outcome.js";
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

/** What the bot itself can be asked; dispatch implements it. */
export interface Desk {
  clusters(): Promise<ClusterPresence[]>;
  whoami(actor: Actor, channel: string | null): Promise<Standing>;
  /** All loaded commands by name. */
  commands(): ReadonlyMap<string, Declared>;
  /** What ran for an answered job; null when unknown or too old. */
  evidence(job: string): Promise<{ line: string; cluster: string; evidence: Evidence[] } | null>;
}
