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
  /** Member id in hexadecimal, as etcdctl shows it. */
  id: string | null;
  /** Bytes that a defragmentation would leave; null = not told. */
  inUse: number | null;
  /** Revision that it has applied. */
  revision: number | null;
}

/** A certificate on the way between worker and etcd. */
export interface Certificate {
  /** `client certificate`, `authority`, or `server certificate of 10.0.0.10:2379`. */
  what: string;
  /** Common name of its subject, or the whole subject. */
  subject: string;
  /** Epoch ms; null = it could not be read, `problem` says why. */
  notAfter: number | null;
  problem: string | null;
  /** Epoch ms when an endpoint showed it: asked for anew every few minutes; absent = it lies in a file of the worker's. */
  seen?: number | undefined;
}

export interface EtcdHealth {
  members: EtcdMember[];
  /** Raised alarms: NOSPACE, CORRUPT; by endpoint or member id. Empty when no member answered: look at members first. */
  alarms: { alarm: string; member: string }[];
  /** Why the alarms could not be asked for although a member answers; absent = they are all there. */
  alarmsUnknown?: string | undefined;
  /** Members by etcd's own list, whether in the config or not; null = no member told. */
  known: { id: string; name: string }[] | null;
  /** Empty without TLS. */
  certificates: Certificate[];
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
