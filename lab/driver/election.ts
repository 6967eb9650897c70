import type { Gateway } from "./gateway.js";

/** Holds Neutron's election key with a lease, as the master does; call step() every few seconds. */
export interface Election {
  step(): Promise<void>;
}

export function createElection(etcd: Gateway, { key, value, ttl }: { key: string; value: string; ttl: number }): Election {
  let lease: string | null = null;
  return {
    async step() {
      if (lease !== null && (await etcd.keepAlive(lease))) return;
      lease = await etcd.grant(ttl);
      await etcd.put(key, value, lease);
    },
  };
}
