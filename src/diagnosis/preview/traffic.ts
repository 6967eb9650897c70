import { addAll, type Bits, hashOf, isSame, members, noBits } from "../../calico/effect/bits.js";
import type { Effect } from "../../calico/effect/effect.js";
import { type Block, withoutSelf } from "../../calico/effect/groups.js";
import { type Named, namer } from "../../calico/effect/naming.js";
import type { Party } from "../../calico/effect/parties.js";
import { servicesText } from "../../calico/effect/service-line.js";
import { vmLabels } from "../../calico/resource.js";
import type { Traffic } from "../../contract/plan.js";
import { count } from "../say.js";
import type { Compared } from "./preview.js";

/** What an edit does to traffic in a line, how big it is, and by groups of connections, which do not change as VMs come and go. */
export type TrafficFound = Omit<Traffic, "digest"> & { groups: string[] };

/** Sums up what was compared. */
export function trafficOf({ effect, changes }: Pick<Compared, "effect" | "changes">): TrafficFound {
  const kinds = new Set(changes.map(({ kind }) => kind));
  const blocks = effect.blocks.flatMap((block) => (kinds.has(block.kind) ? (withoutSelf(effect.parties, block) ?? []) : []));
  const ends = endsOf(effect, blocks);
  const sides = blocks.flatMap((block) => sideOf(block, ends) ?? []);
  const of = (kind: Block["kind"]): Side[] => sides.filter((side) => side.block.kind === kind);
  const name = namer(effect.parties);
  const uncertain = changes.filter(({ kind }) => kind === "uncertain").length;
  return {
    text: [
      sentence("cuts", of("lost"), { effect, name }),
      sentence("opens", of("gained"), { effect, name }),
      `${uncertain} uncertain`,
    ].join("; "),
    flags: [...new Set(changes.flatMap(({ risks }) => risks.map(({ text }) => text)))].toSorted(),
    losing: endpointsIn(effect, of("lost")).size,
    gaining: endpointsIn(effect, of("gained")).size,
    uncertain,
    groups: changes.flatMap(({ kind, from, to, services }) =>
      kind === "uncertain" ? [] : `${kind} ${lasting(from)} -> ${lasting(to)}: ${services}`,
    ),
  };
}

/** Of a group of connections: the end that it happens to, and the other one. */
interface Side {
  block: Block;
  own: Bits;
  peers: Bits;
  /** Whether the endpoints it happens to are where the connections begin. */
  outgoing: boolean;
}

/** A group that is an end of something. */
interface End {
  /** Endpoints' addresses in it. */
  size: number;
  /** Something outside of the cloud belongs to it. */
  world: boolean;
  /** How much begins or ends there. */
  often: number;
}

/** Every group that occurs, looked at once. */
function endsOf(effect: Effect, blocks: readonly Block[]): (bits: Bits) => End {
  const known = new Map<number, { bits: Bits; end: End }[]>();
  const of = (bits: Bits): End => {
    const alike = known.get(hashOf(bits)) ?? [];
    const found = alike.find((one) => isSame(one.bits, bits)) ?? { bits, end: endOf(effect, bits) };
    if (!alike.includes(found)) known.set(hashOf(bits), [...alike, found]);
    return found.end;
  };
  for (const { from, to } of blocks) for (const bits of [from, to]) of(bits).often++;
  return of;
}

function endOf(effect: Effect, bits: Bits): End {
  const parties = partiesIn(effect, bits);
  const own = parties.filter(isOwn);
  return { size: own.reduce((sum, { members: all }) => sum + all.length, 0), world: own.length < parties.length, often: 0 };
}

/**
 * It happens to the end that is an endpoint and not the world; of two to the smaller one, for cutting one VM off from all others is
 * about that VM; of equal ones to the one that more of it happens to.
 */
function sideOf(block: Block, ends: (bits: Bits) => End): Side | null {
  const [from, to] = [ends(block.from), ends(block.to)];
  if (from.size === 0 && to.size === 0) return null;
  const outgoing = to.size === 0 || (from.size > 0 && narrower(from, to));
  return { block, own: outgoing ? block.from : block.to, peers: outgoing ? block.to : block.from, outgoing };
}

const narrower = (a: End, b: End): boolean =>
  a.world === b.world ? a.size < b.size || (a.size === b.size && a.often > b.often) : !a.world;

const isOwn = ({ sides, leadsTo }: Party): boolean => leadsTo === null && sides.some(({ kind }) => kind !== null);
const partiesIn = ({ parties }: Effect, bits: Bits): Party[] => [...members(bits)].flatMap((index) => parties.all[index] ?? []);
function union(effect: Effect, all: readonly Bits[]): Bits {
  const bits = noBits(effect.parties.all.length);
  for (const one of all) addAll(bits, one);
  return bits;
}

type EndpointOf = Party["members"][number]["endpoint"];

function endpointsIn(effect: Effect, sides: readonly Side[]): Map<string, EndpointOf> {
  const parties = partiesIn(
    effect,
    union(
      effect,
      sides.map(({ own }) => own),
    ),
  ).filter(isOwn);
  return new Map(parties.flatMap((party) => party.members.map(({ endpoint }) => [endpoint.id, endpoint])));
}

interface Words {
  effect: Effect;
  name(bits: Bits): Named;
}

/** By the services that concern most endpoints: `cuts tcp/25 to internet for 3,118 VMs in 41 projects`. */
function sentence(verb: string, sides: readonly Side[], { effect, name }: Words): string {
  const alike = new Map<string, Side[]>();
  for (const side of sides) {
    const key = `${side.block.services.id} ${side.outgoing}`;
    alike.set(key, [...(alike.get(key) ?? []), side]);
  }
  const groups = [...alike.values()].map((group): Alike => {
    const peers = name(
      union(
        effect,
        group.map((one) => one.peers),
      ),
    );
    return { group, endpoints: endpointsIn(effect, group), peers, isWorld: isWorld(peers) };
  });
  const [first, ...more] = groups.toSorted(heavier);
  const [side] = first?.group ?? [];
  if (first === undefined || side === undefined) return `${verb} nothing`;
  const peers = peerText(first.peers);
  const whom = whomText([...first.endpoints.values()]);
  const what = servicesText(side.block.services.spans);
  const text = side.outgoing ? `${what} to ${peers} for ${whom}` : `${what} from ${peers} to ${whom}`;
  return `${verb} ${text}${more.length > 0 ? ` (and ${more.length} more)` : ""}`;
}

/** The same services of several groups. */
interface Alike {
  group: readonly Side[];
  endpoints: ReadonlyMap<string, EndpointOf>;
  peers: Named;
  isWorld: boolean;
}

/** What concerns most endpoints comes first, then what concerns the whole world, then what is more. */
const heavier = (a: Alike, b: Alike): number =>
  b.endpoints.size - a.endpoints.size || Number(b.isWorld) - Number(a.isWorld) || breadth(b) - breadth(a);

const breadth = ({ group: [side] }: Alike): number =>
  side?.block.services.spans.reduce((sum, at, i) => sum + (i % 2 === 0 ? 1 - at : at), 0) ?? 0;

const isWorld = ({ nets }: Named): boolean => nets.some((net) => /^(0\.0\.0\.0|::)\/0/.test(net));

function peerText(peers: Named): string {
  if (!isWorld(peers)) return peers.text;
  return peers.endpoints > 0 ? "anywhere" : "internet";
}

/** `3,118 VMs in 41 projects`, `web-1`, `2 hosts`. */
function whomText(endpoints: readonly EndpointOf[]): string {
  const [only] = endpoints;
  if (only !== undefined && endpoints.length === 1)
    return only.kind === "host" ? `host ${only.node}` : only.fqdn || only.instance || only.name;
  const vms = endpoints.filter(({ kind }) => kind === "workload");
  if (vms.length === 0) return count(new Set(endpoints.map(({ node }) => node)).size, "host");
  const projects = new Set(vms.flatMap(({ labels }) => labels[vmLabels.projectName] ?? labels[vmLabels.projectId] ?? []));
  const where = projects.size === 0 ? "" : projects.size === 1 ? ` of ${[...projects].join("")}` : ` in ${count(projects.size, "project")}`;
  const hosts = endpoints.length - vms.length;
  return `${count(vms.length, "VM")}${where}${hosts > 0 ? ` and ${count(hosts, "host endpoint")}` : ""}`;
}

const groupName = /^(all endpoints|all VMs|all hosts|(project|namespace|security group|host) .+|[\w./-]+=.+|[\da-f.:]+\/\d+.*)$/i;

/** A group by what stays the same when VMs come and go; single ones are no names. */
function lasting({ text }: Named): string {
  const words = text.replace(/ \(\d+ endpoints?\)/g, "").replace(/ and \d+ more/g, "");
  return [...new Set(words.split(/, | and /).map((word) => (groupName.test(word) ? word : "single endpoints")))].toSorted().join(", ");
}
