import type { Answer } from "../cluster/ask.js";
import type { BirdReading } from "../cluster/bird.js";
import type { CalicoctlVersion } from "../cluster/calicoctl.js";
import type { Thresholds } from "../cluster/cluster.js";
import type { EtcdHealth } from "../cluster/etcd.js";
import type { Host } from "../cluster/inventory.js";
import type { AgentList, Listed, Port } from "../cluster/openstack.js";
import type { Datastore } from "./datastore.js";

/** Everything that was asked about one cluster at one time; checks are pure functions over it. */
export interface Facts {
  cluster: string;
  thresholds: Thresholds;
  hosts: readonly Host[];
  /** What each host's BIRD said; a host that is not logged into has no entry. */
  birds: ReadonlyMap<string, Answer<BirdReading>>;
  etcd: Answer<EtcdHealth>;
  datastore: Answer<Datastore>;
  /** Null = not configured. */
  openstack: Answer<AgentList> | null;
  /** Ports made or changed in the last 15 minutes; null or left out = not asked. */
  ports?: Answer<Listed<Port>> | null;
  calicoctl: Answer<CalicoctlVersion> | null;
  /** Epoch ms by the worker's clock when the asking began: ages must not grow while a dead host is waited for. */
  at: number;
}

/** A check looks at the facts and says what is wrong; a healthy cluster gives an empty list. */
export type Check = (facts: Facts) => import("./finding.js").Draft[];
