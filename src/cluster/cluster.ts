import type { Bird } from "./bird.js";
import type { Calicoctl } from "./calicoctl.js";
import type { ChangeRules } from "./changes.js";
import type { Etcd } from "./etcd.js";
import type { Evaluator } from "./evaluator.js";
import type { Historian } from "./history.js";
import type { HostTool } from "./host.js";
import type { Host } from "./inventory.js";
import type { OpenStack } from "./openstack.js";

/** Numbers by which facts become findings; from the config, in ms unless said otherwise. */
export interface Thresholds {
  /** A felix status key older than this is late although its lease still holds. */
  felixKeyLate: number;
  /** An agent heartbeat older than this is late although Neutron still calls it alive. */
  agentLate: number;
  /** Host and worker clocks may differ by this much. */
  clockSkew: number;
  /** Share of etcd's quota in use that is worth a warning, 0..1. */
  etcdQuotaWarn: number;
  /** etcd's quota in bytes (its own default is 2 GiB). */
  etcdQuota: number;
}

/** One configured cluster as a command sees it: what it consists of, and one interface per tool. Null = not configured. */
export interface Cluster {
  name: string;
  hosts: readonly Host[];
  /** Calico's region segment in etcd keys: `no-region` or `region-<name>`. */
  region: string;
  thresholds: Thresholds;
  bird: Bird;
  host: HostTool;
  etcd: Etcd;
  calicoctl: Calicoctl | null;
  /** Null = there is no place of its own for evaluating: whoever asks evaluates. */
  evaluator: Evaluator | null;
  /** Null = nobody watches what is written. */
  history: Historian | null;
  openstack: OpenStack | null;
  /** By what rules it is changed; null = it is not. */
  changes: ChangeRules | null;
}
