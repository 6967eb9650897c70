import { addAll, type Bits, members, noBits } from "../../calico/effect/bits.js";
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
  const sides = effect.blocks.flatMap((block) => (kinds.has(block.kind) ? (sidesOf(effect, block) ?? []) : []));
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

/** It happens to the end that is an endpoint; of two to the smaller one: cutting one VM off from all others is about that VM. */
function sidesOf(effect: Effect, whole: Block): Side | null {
  const block = withoutSelf(effect.parties, whole);
  if (block === null) return null;
  const [from, to] = [sizeOf(effect, block.from), sizeOf(effect, block.to)];
  if (from === 0 && to === 0) return null;
  const outgoing = to === 0 || (from > 0 && from < to);
  return { block, own: outgoing ? block.from : block.to, peers: outgoing ? block.to : block.from, outgoing };
}

const isOwn = ({ sides, leadsTo }: Party): boolean => leadsTo === null && sides.some(({ kind }) => kind !== null);
const partiesIn = ({ parties }: Effect, bits: Bits): Party[] => [...members(bits)].flatMap((index) => parties.all[index] ?? []);
const sizeOf = (effect: Effect, bits: Bits): number =>
  partiesIn(effect, bits).reduce((sum, party) => sum + (isOwn(party) ? party.members.length : 0), 0);

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
  const groups = [...alike.values()].map((group) => ({ group, endpoints: endpointsIn(effect, group) }));
  const [first, ...more] = groups.toSorted((a, b) => b.endpoints.size - a.endpoints.size);
  const [side] = first?.group ?? [];
  if (first === undefined || side === undefined) return `${verb} nothing`;
  const peers = peerText(
    name(
      union(
        effect,
        first.group.map((one) => one.peers),
      ),
    ),
  );
  const whom = whomText([...first.endpoints.values()]);
  const what = servicesText(side.block.services.spans);
  const text = side.outgoing ? `${what} to ${peers} for ${whom}` : `${what} from ${peers} to ${whom}`;
  return `${verb} ${text}${more.length > 0 ? ` (and ${count(more.length, "thing")} more)` : ""}`;
}

function peerText({ text, endpoints, nets }: Named): string {
  const isWorld = nets.some((net) => /^(0\.0\.0\.0|::)\/0/.test(net));
  if (isWorld) return endpoints > 0 ? "anywhere" : "internet";
  return text;
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
