import { contains, overlaps, parseCidr } from "../../calico/cidr.js";
import { sameObject } from "../same.js";
import { keyFor, type Pool, poolOf } from "../world.js";
import { blocking, type Case, called, counted, moreApprovers, note, specs, type Watch } from "./guard.js";

/** Pools act on VMs' traffic even where Neutron assigns the addresses. */
export const watchPool: Watch = (one) => [...crossing(one), ...moved(one), ...used(one), ...encapsulation(one), ...hidden(one)];

function crossing({ draft, action, world }: Case): ReturnType<Watch> {
  const [pool] = action === "delete" ? [] : poolOf(draft.object);
  const others = world.pools.filter(({ name }) => name !== draft.name);
  return others.flatMap(({ name, cidr }) =>
    pool && overlaps(cidr, pool.cidr) ? [blocking(`${called(draft)} overlaps ${name} (${cidr.text}): calicoctl refuses it`)] : [],
  );
}

function moved(one: Case): ReturnType<Watch> {
  const { before, after } = specs(one);
  if (one.action !== "update") return [];
  const [was, is] = [before, after].map(({ cidr }) => parseCidr(String(cidr))?.text ?? String(cidr));
  const size = before["blockSize"] !== undefined && before["blockSize"] !== after["blockSize"];
  return [
    ...(was === is ? [] : [blocking(`${called(one.draft)} would change its prefix from ${was} to ${is}: calicoctl refuses it`)]),
    ...(size ? [blocking(`${called(one.draft)} would change the size of its blocks: calicoctl refuses it`)] : []),
  ];
}

/** Blocks of Calico's own address management that lie in it. */
function used({ draft, action, world, stored }: Case): ReturnType<Watch> {
  const [pool] = stored === null ? [] : poolOf(stored.value);
  const blocks = pool ? world.blocks.filter((block) => contains(pool.cidr, block)).length : 0;
  if (blocks === 0) return [];
  const there = `${counted(blocks, "block")} of addresses in it ${blocks === 1 ? "is" : "are"} in use`;
  if (action === "delete") return [blocking(`${called(draft)} would be deleted while ${there}: calicoctl does not ask`)];
  return [moreApprovers(`${called(draft)}: ${there}`)];
}

/** felix restarts when the first pool with encapsulation comes and when the last one goes. */
function encapsulation({ draft, all, world }: Case): ReturnType<Watch> {
  const after = new Map(world.pools.map((pool): [string, Pool | undefined] => [pool.name, pool]));
  for (const { action, draft: other } of all)
    if (other.kind === "IPPool") after.set(other.name, action === "delete" ? undefined : poolOf(other.object)[0]);
  const [was, is] = [world.pools, [...after.values()]].map((pools) => pools.some((pool) => pool?.encapsulated === true));
  const own = world.pools.find(({ name }) => name === draft.name)?.encapsulated === true;
  if (was === is || own === is) return [];
  const which = is ? "the first" : "the last";
  return [moreApprovers(`${called(draft)} is ${which} pool with encapsulation: felix restarts on every host (2-3 s, traffic goes on)`)];
}

function hidden(one: Case): ReturnType<Watch> {
  const { before, after } = specs(one);
  const [was, is] = [before, after].map(({ natOutgoing }) => natOutgoing === true);
  if (was === is && (!is || one.action === "update")) return [];
  const what = "hides its VMs behind the hosts' addresses towards everything outside the pools";
  if (is) return [moreApprovers(`${called(one.draft)} has natOutgoing: felix ${what}`)];
  return [moreApprovers(`${called(one.draft)} loses natOutgoing: felix no longer ${what}`)];
}

/** Sets of a namespace are seen by its policies only. */
export const watchSet: Watch = ({ draft, action, world }) =>
  action === "delete" || draft.namespace === world.vmNamespace
    ? []
    : [note(`${called(draft)} is seen by no policy of VMs, which are all in the namespace \`${world.vmNamespace}\``)];

export const watchBgp: Watch = ({ draft }) =>
  draft.name === "default" ? [moreApprovers(`${called(draft)} is for every host that takes it`)] : [];

export const watchNode: Watch = (one) => {
  const { draft, action, world } = one;
  const { before, after } = specs(one);
  const count = world.endpointsOn.get(draft.name) ?? 0;
  const endpoints = counted(count, "endpoint");
  if (action === "delete" && count > 0) return [blocking(`${called(draft)} would be deleted while its host has ${endpoints}`)];
  if (sameObject(before, after)) return [];
  return [moreApprovers(`${called(draft)} has ${endpoints}: its address decides where their traffic goes`)];
};

/** It holds `datastoreReady`, which stops every felix where it is false. */
export const watchReadOnly: Watch = ({ draft }) => [blocking(`${called(draft)} is Calico's own: calicoctl refuses to write or delete it`)];

/** A policy under an older key, which a newer calicoctl writes a second time instead of changing it. */
export const isUnderOldKey = (world: Case["world"], draft: Case["draft"]): boolean =>
  draft.kind.endsWith("NetworkPolicy") && !draft.name.startsWith("default.") && keyFor(world, draft).endsWith(`/default.${draft.name}`);
