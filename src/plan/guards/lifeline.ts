import { type Cidr, parseCidr } from "../../calico/cidr.js";
import type { Effect } from "../../calico/effect/effect.js";
import type { Direction } from "../../calico/policy/policy.js";
import { nothingKnown, openedBefore } from "../../calico/verdict/before-policy.js";
import type { Connection } from "../../calico/verdict/connection.js";
import type { Endpoint } from "../../calico/verdict/endpoint.js";
import { judge } from "../../calico/verdict/judge.js";
import type { Model } from "../../calico/verdict/model.js";
import type { Host } from "../../cluster/inventory.js";
import type { Guard } from "../../contract/plan.js";
import { blocking, counted, note } from "./guard.js";
import { type Lifeline, lifelines, peersFor } from "./lifelines.js";

/** What becomes of what the control plane needs: verdicts at every host that a host endpoint puts under policy, before and after. */
export function lifeline({ before, after }: Pick<Effect, "before" | "after">, hosts: readonly Host[]): Guard[] {
  const covered = [...new Set([...hostsIn(before.model), ...hostsIn(after.model)].map(({ node }) => node))];
  const known = covered.flatMap((node) => hosts.find(({ name }) => name === node) ?? []);
  const judged = lifelines.map((line) => ({ line, fates: fatesOf({ line, known, hosts }, [before.model, after.model]) }));
  const open = judged.filter(({ fates }) => fates.every(({ is }) => is));
  const cut = judged.flatMap(({ line, fates }) => flips(line, fates));
  const where = covered.length === 0 ? "no host is under policy" : `${counted(known.length, "host")} under policy`;
  const unknown = covered.length - known.length;
  return [
    ...cut,
    note(
      `lifeline ${open.length}/${lifelines.length} (${where}): still allowed: DHCP, DNS and metadata of VMs, ${open.map(({ line }) => line.name).join(", ")}`,
    ),
    ...(unknown === 0
      ? []
      : [
          note(
            `${counted(unknown, "host")} under policy ${unknown === 1 ? "is" : "are"} not in the configuration: the control plane's connections there were not judged`,
          ),
        ]),
  ];
}

const hostsIn = ({ endpoints }: Model): Endpoint[] => endpoints.filter(({ kind }) => kind === "host");

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

function flips({ name }: Lifeline, fates: readonly Fate[]): Guard[] {
  const cut = fates.filter(({ was, is }) => was && !is);
  const [first] = cut;
  if (first === undefined) return [];
  const more = cut.length > 1 ? ` (and ${(cut.length - 1).toLocaleString("en-US")} more of these)` : "";
  return [blocking(`cuts the lifeline ${name} from ${first.from} to ${first.to}${more}`)];
}
