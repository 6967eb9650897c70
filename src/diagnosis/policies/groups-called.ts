import type { Model } from "../../calico/verdict/model.js";
import type { Ask } from "../../cluster/ask.js";
import type { Cluster } from "../../cluster/cluster.js";
import { policiesCalled } from "./find-policy.js";

/** Ids of the security groups of a name by Neutron; not asked when the datastore itself knows what the name means. */
export async function groupsCalled(
  { openstack }: Cluster,
  model: Model,
  { name, ask }: { name: string; ask: Ask },
): Promise<readonly string[]> {
  if (openstack === null || policiesCalled(model, name).length > 0) return [];
  const found = await openstack.securityGroups({ name }, ask);
  return found.ok ? found.value.rows.map(({ id }) => id) : [];
}
