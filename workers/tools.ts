import type { Cluster } from "../src/cluster/cluster.js";
import type { Etcd } from "../src/cluster/etcd.js";
import type { ClusterConfig, WorkerConfig } from "../src/config/valid.js";
import type { Log } from "../src/log/log.js";
import { createBird } from "./birdc/birdc.js";
import { createCalicoctl } from "./calicoctl/calicoctl.js";
import { keptEtcd } from "./compute/kept-etcd.js";
import { spawnThread } from "./compute/spawn.js";
import { createEtcd } from "./etcd/etcd.js";
import { createHostReader } from "./host/host.js";
import { createOpenStack } from "./openstack/openstack.js";
import { createSshPool } from "./ssh/pool.js";

/** The tools of a worker. */
export interface Tools {
  cluster: Cluster;
  /** etcd itself, for whoever writes: never the copy. */
  etcd: Etcd;
  /** What makes the first answers fast: connections to the hosts, a copy of etcd. A worker needs it, a single question does not. */
  warm(): Promise<void>;
  /** Milliseconds since etcd last confirmed the copy; null = there is none yet. */
  copyAge(): Promise<number | null>;
  close(): void;
}

/** One cluster as commands see it, made of real tools. */
export function toolsOf(config: ClusterConfig, worker: WorkerConfig, log: Log): Tools {
  const pool = createSshPool(worker.ssh, log);
  const live = createEtcd(worker.etcd, log);
  const etcd = keptEtcd({ live, spawn: () => spawnThread(worker.etcd), log, timeout: worker.etcd.timeout });
  const calicoctl = worker.calicoctl && createCalicoctl({ config: worker.calicoctl, etcd: worker.etcd, hosts: pool });
  const openstack = worker.openstack && createOpenStack(worker.openstack);
  const { name, hosts, region, thresholds, changes } = config;
  const cluster: Cluster = {
    name,
    hosts,
    region,
    thresholds,
    bird: createBird(pool, { birdc: worker.birdc, hostTimeout: worker.ssh.hostTimeout }),
    host: createHostReader(pool, { hostTimeout: worker.ssh.hostTimeout, units: worker.units }),
    etcd,
    evaluator: etcd,
    history: etcd,
    calicoctl,
    openstack,
    changes,
  };
  return {
    cluster,
    etcd: live,
    warm() {
      etcd.start();
      return pool.warm(hosts);
    },
    copyAge: async () => (await etcd.state(AbortSignal.timeout(1000)))?.age ?? null,
    close() {
      void etcd.close();
      calicoctl?.close();
      openstack?.close();
      pool.close();
      live.close();
    },
  };
}
