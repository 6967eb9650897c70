import type { Severity } from "../contract/plan.js";

/** What a severity asks for. Times in ms. */
export interface SeverityRule {
  /** Votes. */
  approvers: number;
  /** How long a plan may wait for them. */
  planLife: number;
  /** After it is applied, until it is put back unless somebody keeps it. */
  keep: number;
}

/** A connection that must still come about after a change: tried anew from a host, before and after. */
export interface Canary {
  /** Name of the configured host that tries. */
  from: string;
  /** Address and TCP port. */
  to: string;
  port: number;
}

/** By what rules a cluster is changed; from the configuration. */
export interface ChangeRules {
  severities: Readonly<Record<Severity, SeverityRule>>;
  /** A change by which more endpoints than this lose something is high. */
  mediumEndpoints: number;
  /** Least severity of changes of a kind (`IPPool`) or in a namespace. */
  kinds: Readonly<Record<string, Severity>>;
  namespaces: Readonly<Record<string, Severity>>;
  /** The requester's own vote counts. */
  selfApproval: boolean;
  /** Prefixes of the cloud itself: blocking an address within them is not of low severity. */
  ownRanges: readonly string[];
  canaries: readonly Canary[];
  /** A change is put back when so many of the canaries that worked before it fail. */
  canaryLoss: number;
}
