import type { Answer, Ask } from "./ask.js";
import type { Host } from "./inventory.js";

/** `calicoctl version`. On OpenStack the cluster's version is normally unknown (null). */
export interface CalicoctlVersion {
  client: string;
  cluster: string | null;
  clusterType: string | null;
}

/** One row of `calicoctl node status`; disabled sessions have no row there. */
export interface NodeStatusPeer {
  address: string;
  type: string;
  state: string;
  since: string;
  info: string;
}

/** `calicoctl node status` on one host: shown beside birdc, never instead of it. */
export interface NodeStatus {
  /** False when it says that Calico or BIRD does not run, which on packaged hosts is often wrong. */
  running: boolean;
  peers: NodeStatusPeer[];
  /** Its own sentence when there is no table: `No IPv4 peers found.`, `Calico process is not running.` */
  remark: string | null;
}

/** A v3 object as `get -o json` prints it, resourceVersion included. */
export interface CalicoObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; resourceVersion?: string; [more: string]: unknown };
  spec?: Record<string, unknown>;
}

export interface Calicoctl {
  version(ask: Ask): Promise<Answer<CalicoctlVersion>>;
  nodeStatus(host: Host, ask: Ask): Promise<Answer<NodeStatus>>;
  /** `get KIND [NAME] -o json`; namespace "*" = all. */
  get(kind: string, name: string | null, namespace: string | null, ask: Ask): Promise<Answer<CalicoObject[]>>;
  /**
   * Writes one document (JSON). `create` fails where something lies already; `replace` and `remove` carry metadata.resourceVersion and fail
   * with `conflict` when it is not the stored one. That it says yes proves nothing: read etcd afterwards. A failure `timeout`, `cancelled`
   * or `tool_failed` leaves open whether it was written.
   */
  write(how: "create" | "replace" | "remove", document: string, ask: Ask): Promise<Answer<null>>;
  /** `validate`: what it refuses is refused; what it passes may still be. A calicoctl before v3.31 has none: `tool_missing`. */
  validate(document: string, ask: Ask): Promise<Answer<null>>;
}
