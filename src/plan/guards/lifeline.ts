import { type Cidr, parseCidr } from "../../calico/cidr.js";
import type { Effect } from "../../calico/effect/effect.js";
import type { Direction } from "../../calico/policy/policy.js";
import { nothingKnown, openedBefore } from "../../calico/verdict/before-policy.js";
import { bare, type Connection } from "../../calico/verdict/connection.js";
import type { Endpoint } from "../../calico/verdict/endpoint.js";
import { judge } from "../../calico/verdict/judge.js";
import type { Model } from "../../calico/verdict/model.js";
import type { Host } from "../../cluster/inventory.js";
import type { Guard } from "../../contract/plan.js";
import { blocking, counted, note } from "./guard.js";
import { type Lifeline, lifelines, peersFor } from "./lifelines.js";

/** What becomes of what the control plane needs: verdicts at every host that a host endpoint puts under policy, before and after. */
export function lifeline({ before, after }: Pick<Effect, "before" | "after">, hosts: readonly Host[]): Guard[] {
  const own = [...hostsIn(before.model), ...hostsIn(after.model)];
  const covered = [...new Set(own.map(({ node }) => node))];
  const known = covered.flatMap((node) => hosts.find(({ name }) => name === node) ?? unlisted(node, own));
  const judged = lifelines.map((line) => ({ line, fates: fatesOf({ line, known, hosts }, [before.model, after.model]) }));
  const open = judged.filter(({ fates }) => fates.every(({ is }) => is));
  const cut = judged.flatMap(({ line, fates }) =>
    fates.flatMap(({ was, is, ...ends }) => (was && !is ? [{ name: line.name, ...ends }] : [])),
  );
  const of = known.length < covered.length ? `${known.length} of ${counted(covered.length, "host")}` : counted(covered.length, "host");
  const where = covered.length === 0 ? "no host is under policy" : `${of} under policy`;
  const names = open.map(({ line }) => line.name).join(", ");
  return [
    ...flips(cut),
    note(`lifeline ${open.length}/${lifelines.length} (${where}): still allowed: DHCP, DNS and metadata of VMs, ${names}`),
    ...(known.length < covered.length
      ? [note("the address of some hosts under policy is not known: what the control plane needs there was not judged")]
      : []),
  ];
}

const hostsIn = ({ endpoints }: Model): Endpoint[] => endpoints.filter(({ kind }) => kind === "host");

/** A host that the configuration does not list, by the addresses of its endpoints; none where they have none. */
function unlisted(node: string, own: readonly Endpoint[]): Host[] {
  const [address] = own.flatMap((endpoint) => (endpoint.node === node ? endpoint.addresses.map(bare) : []));
  const rest = { role: "compute" as const, maintenance: false, peers: [], felix: true, ssh: false };
  return address === undefined ? [] : [{ name: node, address, bgp: [address], ...rest }];
}

interface Fate {
  from: string;
  to: string;
  was: boolean;
  is: boolean;
}

interface Asked {
  line: Lifeline;
  known: readonly Host[];
  hosts: readonly Host[];
}

function fatesOf({ line, known, hosts }: Asked, [before, after]: readonly [Model, Model]): Fate[] {
  return known.flatMap((host) =>
    peersFor(line, host, hosts).flatMap(({ peer, direction }): Fate[] => {
      const [from, to] = direction === "ingress" ? [peer, host] : [host, peer];
      const [src, dst] = [parseCidr(from.address), parseCidr(to.address)];
      if (src === null || dst === null || src.family !== dst.family) return [];
      const at = { node: host.name, direction, connections: line.services.map((service) => ({ ...service, src, dst, srcPort: null })) };
      return [{ from: from.name, to: to.name, was: passes(before, at), is: passes(after, at) }];
    }),
  );
}

/** Whether every endpoint of a host lets it all through; a host without one is not under policy. */
function passes(
  model: Model,
  { node, direction, connections }: { node: string; direction: Direction; connections: readonly Connection[] },
): boolean {
  const own = hostsIn(model).filter((endpoint) => endpoint.node === node);
  return own.every((endpoint) =>
    connections.every((connection) => {
      if (openedBefore(model, endpoint, { connection, direction, around: nothingKnown }) !== null) return true;
      const packet = {
        connection,
        source: ownersOf(model, connection.src),
        destination: ownersOf(model, connection.dst),
        incomplete: model.incomplete,
      };
      return judge(model, endpoint, { direction, packet }).verdict === "allow";
    }),
  );
}

const ownersOf = (model: Model, address: Cidr) => model.owners.at(address).map(({ of }) => of);

/** What was let through and no longer would be, in one sentence. */
function flips(cut: readonly { name: string; from: string; to: string }[]): Guard[] {
  const [first] = cut;
  if (first === undefined) return [];
  const names = [...new Set(cut.map(({ name }) => name))].join(", ");
  return [blocking(`cuts what the control plane needs: ${names} (${first.name} from ${first.from} to ${first.to}, for example)`)];
}
