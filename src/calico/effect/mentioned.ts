import { type Cidr, parseCidr } from "../cidr.js";
import { labelsIn } from "../selector/evaluate.js";
import type { Selector } from "../selector/selector.js";
import type { Entity } from "../verdict/entity.js";
import { type Failsafe, failsafesOf } from "../verdict/failsafe.js";
import type { Model } from "../verdict/model.js";

/** What rules and policies can tell endpoints and addresses apart by. */
export interface Mentioned {
  labels: ReadonlySet<string>;
  /** By their texts. */
  nets: ReadonlyMap<string, Cidr>;
  /** Whether some rule asks for a port by name. */
  portNames: boolean;
}

/** Where VMs of OpenStack always get something, or their own host begins. */
export const special = {
  metadata: prefix("169.254.169.254"),
  broadcast: prefix("255.255.255.255"),
  multicast: prefix("ff00::/8"),
};

function prefix(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === null) throw new Error(text);
  return cidr;
}

/** Everything that the policies and profiles of these snapshots mention; `asked` is to be told apart too. */
export function mentionedIn(models: readonly Model[], asked: readonly Cidr[] = []): Mentioned {
  const labels = new Set<string>();
  const nets = new Map(asked.map((net) => [net.text, net]));
  let portNames = false;
  const selector = (one: Selector | null): void => {
    for (const label of one === null ? [] : labelsIn(one)) labels.add(label);
  };
  const entity = ({ nets: inside, notNets, selector: yes, notSelector, ports, notPorts }: Entity): void => {
    for (const net of [...(inside ?? []), ...notNets]) nets.set(net.text, net);
    selector(yes);
    selector(notSelector);
    portNames ||= [...(ports ?? []), ...notPorts].some((spec) => "name" in spec);
  };
  for (const { compiled, profiles } of models) {
    for (const { choice } of compiled.values()) if (choice.ok) selector(choice.whole);
    for (const rules of [...[...compiled.values()].map((one) => one.rules), ...profiles.values()])
      for (const { source, destination } of rules === null ? [] : [...rules.ingress, ...rules.egress]) {
        entity(source);
        entity(destination);
      }
  }
  for (const net of [...Object.values(special), ...models.flatMap(failsafeNets)]) nets.set(net.text, net);
  return { labels, nets, portNames };
}

/** Whether one covers the other, so that what was told apart for the first will do for the second. */
export function covers(wide: Mentioned, narrow: Mentioned): boolean {
  return (
    [...narrow.labels].every((label) => wide.labels.has(label)) &&
    [...narrow.nets.keys()].every((net) => wide.nets.has(net)) &&
    (wide.portNames || !narrow.portNames)
  );
}

function failsafeNets({ endpoints, felix }: Model): Cidr[] {
  const nodes = new Set(endpoints.flatMap(({ kind, node }) => (kind === "host" ? [node] : [])));
  const all = [...nodes].flatMap((node) => failsafesOf(node, felix) ?? []);
  return all.flatMap(({ ingress, egress }) => [...ingress, ...egress].flatMap(({ net }: Failsafe) => (net && parseCidr(net)) || []));
}
