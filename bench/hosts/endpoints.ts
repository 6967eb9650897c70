import { type Etcd3 } from "etcd3";
import { keyspace } from "../../lab/hosts/seed.js";
import { stableId, type Workload } from "../../lab/site.js";

export interface Size {
  /** Host names; endpoints are dealt out to them in turn. */
  hosts: readonly string[];
  endpoints: number;
  groups: number;
}

/** VMs of a cloud of this size, with their security groups. */
export function workloadsOf({ hosts, endpoints, groups }: Size): Workload[] {
  return Array.from({ length: endpoints }, (_, i): Workload => {
    const [project, group] = [i % 200, i % groups];
    return {
      name: `vm${i}`,
      host: hosts[i % hosts.length] ?? "compute-1",
      address: `10.${65 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`,
      deviceId: stableId(`device ${i}`),
      portId: stableId(`port ${i}`),
      networkId: stableId(`network ${project}`),
      subnetId: stableId(`subnet ${project}`),
      projectId: stableId(`project ${project}`),
      projectName: `project-${project}`,
      mac: `fa:16:3e:${[i >> 16, i >> 8, i].map((part) => (part & 255).toString(16).padStart(2, "0")).join(":")}`,
      securityGroups: [{ id: stableId(`group ${group}`), name: `group-${group}` }],
    };
  });
}

/** Writes a cloud of this size as Neutron's driver would; returns the number of keys. */
export async function fill(client: Etcd3, size: Size): Promise<number> {
  const entries = [...keyspace(workloadsOf(size))];
  await putAll(
    client,
    entries.map(([key, value]): [string, string] => [key, JSON.stringify(value)]),
  );
  return entries.length;
}

/** In transactions of as many puts as etcd allows. */
export async function putAll(client: Etcd3, entries: readonly (readonly [string, string])[]): Promise<void> {
  for (let i = 0; i < entries.length; i += 128) {
    const success = entries
      .slice(i, i + 128)
      .map(([key, value]) => ({ request_put: { key: Buffer.from(key), value: Buffer.from(value) } }));
    await client.kv.txn({ success });
  }
}
