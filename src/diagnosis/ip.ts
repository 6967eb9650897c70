import { z } from "zod";
import type { Cluster } from "../cluster/cluster.js";
import { Finding, finding, sorted } from "./finding.js";
import type { Gathering } from "./gather.js";
import { cloud, inquiry, vmsOf } from "./gather-vms.js";
import { fromEtcd, fromNeutron, type Stored, type Told } from "./ip-facts.js";
import { Owner, ownersOf, placesOf } from "./ip-owners.js";
import { isOfVm } from "./recent-ports.js";
import { Unreadable, unreadableOf } from "./unreadable.js";
import { VmPort } from "./vm-port.js";

/** Whom an address belongs to. */
export const IpAnswer = z.object({
  cluster: z.string(),
  at: z.number(),
  address: z.string(),
  owners: z.array(Owner),
  /** VM ports that have it, or that its floating IP leads to. */
  vms: z.array(VmPort),
  /** VMs that may use it beside their own (allowed address pairs). */
  allowed: z.array(z.string()),
  /** Subnets, pools and blocks it lies in. */
  places: z.array(z.string()),
  findings: z.array(Finding),
  notAsked: z.array(z.object({ what: z.string(), why: z.string() })),
  unreadable: Unreadable,
});
export type IpAnswer = z.infer<typeof IpAnswer>;

/** Asks etcd, Neutron and the config at the same time, then puts names to what was found. `address` is canonical. */
export async function askIp(cluster: Cluster, address: string, how: Gathering): Promise<IpAnswer> {
  const asking = inquiry(cluster, how);
  const [stored, told] = await Promise.all([fromEtcd(asking, address), fromNeutron(asking, address)]);
  const leads = [...new Set((told.floating ?? []).flatMap(({ portId }) => (portId === null ? [] : [portId])))];
  const led = leads.length === 0 ? null : await cloud(asking, "Neutron", (openstack, ask) => openstack.ports({ ids: leads }, ask));
  const ports = told.ports === null ? null : [...told.ports.filter(isOfVm), ...(led?.rows ?? [])];
  const { vms, findings } = await vmsOf(asking, { ...stored, ports, everything: told.everything });
  const owners = ownersOf({ cluster, address, stored, told, vms });
  return {
    cluster: cluster.name,
    at: how.now(),
    address,
    owners,
    vms,
    allowed: stored.allowed,
    places: placesOf(address, stored, told),
    findings: sorted([...twice(address, owners), ...halfFloating(address, stored, told), ...findings]),
    notAsked: asking.notAsked,
    unreadable: unreadableOf(asking.unreadable),
  };
}

/** More than one who has it: whoever is nearer to the asker gets the traffic. */
function twice(address: string, owners: readonly Owner[]): Finding[] {
  if (owners.length < 2) return [];
  const text = `${address} has ${owners.length} owners`;
  const detail = owners.map(({ text: one, by }) => `${one} (${by.join(" and ")})`);
  return [finding({ id: "ip:twice", light: "bad", text, detail, weight: 10 })];
}

/** A floating IP that only one side knows. */
function halfFloating(address: string, { endpoints }: Stored, { floating, everything }: Told): Finding[] {
  if (endpoints === null || floating === null) return [];
  const inEtcd = endpoints.some((endpoint) => endpoint.floating.some(({ external }) => external === address));
  const inNeutron = floating.some(({ portId }) => portId !== null);
  const about = { id: "ip:floating", light: "bad" as const };
  if (inNeutron && !inEtcd)
    return [
      finding({
        ...about,
        text: `floating IP ${address} is in Neutron but not in etcd: no host translates it`,
        detail: ["with core_plugin ml2 its change reaches etcd only when the port changes or is resynced"],
      }),
    ];
  if (inEtcd && !inNeutron && everything)
    return [
      finding({
        ...about,
        text: `floating IP ${address} is in etcd but leads nowhere in Neutron`,
        detail: ["its host still translates it: a resync of the port removes it"],
      }),
    ];
  return [];
}
