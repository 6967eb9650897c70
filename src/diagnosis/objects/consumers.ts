import type { Cluster } from "../../cluster/cluster.js";
import type { Host } from "../../cluster/inventory.js";
import { type Gathering, gatherBirds } from "../gather.js";
import { count, list } from "../say.js";

/** Kinds that do something only where a program on the hosts renders them into BIRD's configuration. */
export const rendered: ReadonlySet<string> = new Set(["BGPPeer", "BGPConfiguration", "BGPFilter", "Node"]);

/** More hosts than this are sampled: the answer is about all of them and needs no login to each. */
const asked = 24;

/**
 * Whether anything on the hosts takes these objects up. Judged by BIRD's protocol names: Calico's renderer calls them `Mesh_…`,
 * `Node_…`, `Global_…`; what comes with the packages for OpenStack uses bare addresses.
 */
export async function consumers(cluster: Cluster, kind: string, how: Gathering): Promise<string> {
  const all = cluster.hosts.filter((host) => host.ssh && !host.maintenance);
  const hosts = sample(all);
  const { birds } = await gatherBirds({ ...cluster, hosts }, how);
  const told = [...birds].flatMap(([host, answer]) =>
    answer.ok && answer.value.daemons.length > 0 ? [{ host, reading: answer.value }] : [],
  );
  const users = told.filter(({ reading }) =>
    reading.daemons.some((daemon) => daemon.sessions.some(({ naming }) => naming !== "bare" && naming !== "other")),
  );
  if (told.length === 0) return `whether anything uses a ${kind} here was not checked: no BIRD answered on ${count(hosts.length, "host")}`;
  const of = `${count(told.length, "host")}${told.length < all.length ? ` of ${all.length} asked` : ""}`;
  if (users.length === 0)
    return `no consumer found on ${of}: no BIRD there has protocols named by Calico's renderer (Mesh_, Node_, Global_), so a ${kind} changes nothing`;
  const names = list(users.map(({ host }) => host));
  return `in use: BIRD's protocols are named by Calico's renderer on ${users.length} of ${of} (${names}), so a ${kind} takes effect there`;
}

/** Evenly spread over the list, so that every rack and role has its chance. */
function sample(hosts: readonly Host[]): readonly Host[] {
  if (hosts.length <= asked) return hosts;
  return Array.from({ length: asked }, (_, i) => hosts[Math.floor((i * hosts.length) / asked)]).flatMap((host) => host ?? []);
}
