import type { Model } from "../../calico/verdict/model.js";
import type { Ask } from "../../cluster/ask.js";
import type { Cluster } from "../../cluster/cluster.js";
import { type KnownGroups, noGroups, policiesCalled } from "./find-policy.js";

/** Neutron's security groups of a name, or else the names of all; not asked when the datastore itself knows what the name means. */
export async function groupsCalled({ openstack }: Cluster, model: Model, { name, ask }: { name: string; ask: Ask }): Promise<KnownGroups> {
  if (openstack === null || policiesCalled(model, name).length > 0) return noGroups;
  const found = await openstack.securityGroups({ name }, ask);
  if (!found.ok) return noGroups;
  if (found.value.rows.length > 0) return { ids: found.value.rows.map(({ id }) => id), names: [] };
  const all = await openstack.securityGroups({}, ask);
  return { ids: [], names: all.ok ? all.value.rows.map((row) => row.name) : [] };
}
