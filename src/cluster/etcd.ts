import type { Answer, Ask } from "./ask.js";

/** One etcd member as its own endpoint tells. */
export interface EtcdMember {
  endpoint: string;
  /** Answers a linearised read; an alarm does not change this. */
  healthy: boolean;
  /** Why not, in a few words. */
  error: string | null;
  version: string | null;
  leader: boolean | null;
  /** Bytes. */
  dbSize: number | null;
  /** Milliseconds of the status call. */
  ms: number | null;
}

export interface EtcdHealth {
  members: EtcdMember[];
  /** Raised alarms: NOSPACE, CORRUPT; by endpoint or member id. Empty when no member answered: look at members first. */
  alarms: { alarm: string; member: string }[];
  /** Why the alarms could not be asked for although a member answers; absent = they are all there. */
  alarmsUnknown?: string | undefined;
}

export interface KeyValue {
  key: string;
  value: string;
  /** mod_revision: what Calico calls resourceVersion. */
  revision: number;
  /** Lease id as text, null = none. */
  lease: string | null;
}

/** What to read: one key, everything below a prefix, only the keys below it, or only how many there are. */
export type Range = { key: string } | { prefix: string; keysOnly?: boolean } | { count: string };

export interface RangeResult {
  kvs: KeyValue[];
  count: number;
}

/** All ranges at one revision: a consistent picture, paged underneath. */
export interface Snapshot {
  revision: number;
  /** Epoch ms when it was read, by the worker's clock. */
  at: number;
  ranges: RangeResult[];
}

export interface Etcd {
  health(ask: Ask): Promise<Answer<EtcdHealth>>;
  read(ranges: readonly Range[], ask: Ask): Promise<Answer<Snapshot>>;
}
