import { contains, parseCidr } from "../calico/cidr.js";
import { kindOf, kindPrefix } from "../calico/kinds.js";
import { WorkloadEndpoint } from "../calico/resource.js";
import type { Ask } from "../cluster/ask.js";
import type { Cluster } from "../cluster/cluster.js";
import type { Guard, Step } from "../contract/plan.js";
import { limited } from "../diagnosis/gather.js";
import { decodeAll, readEtcd } from "../diagnosis/read.js";
import { wantedOf } from "../plan/wanted.js";
import { poolOf } from "../plan/world.js";

/** How many VM ports have an address in the pools that are touched: Neutron gives it to them, and Calico's own blocks do not know of them. */
export async function poolUse(cluster: Cluster, steps: readonly Step[], ask: Ask): Promise<Guard[]> {
  const pools = wantedOf(steps).flatMap(({ draft }) => (draft.kind === "IPPool" ? poolOf(draft.object) : []));
  if (pools.length === 0) return [];
  const read = async (part: Ask) => {
    const { ranges } = await readEtcd(cluster, [{ prefix: kindPrefix(kindOf("WorkloadEndpoint")) }], part);
    return { ok: true as const, value: await decodeAll(ranges[0]?.kvs ?? [], WorkloadEndpoint, []) };
  };
  const found = await limited("VM ports", read, { ask, within: 8000 });
  if (!found.ok)
    return [{ severity: "more_approvers", text: `how many VM ports have an address in it is not known: ${found.failure.message}` }];
  const addresses = found.value.map(({ spec }) => spec.ipNetworks.flatMap((net) => parseCidr(net) ?? []));
  return pools.flatMap(({ name, cidr }): Guard[] => {
    const ports = addresses.filter((own) => own.some((address) => contains(cidr, address))).length;
    if (ports === 0) return [];
    return [
      {
        severity: "more_approvers",
        text: `${ports.toLocaleString("en-US")} VM ${ports === 1 ? "port has its" : "ports have their"} address in IPPool ${name}`,
      },
    ];
  });
}
