import type { Labels } from "../selector/selector.js";
import type { Endpoint } from "../verdict/endpoint.js";
import { type Failsafes, failsafesOf } from "../verdict/failsafe.js";
import { type Forwarding, forwardingIn } from "../verdict/forwarding.js";
import type { Owner } from "../verdict/match.js";
import type { Model } from "../verdict/model.js";
import type { NamedPort } from "../verdict/port.js";
import type { Mentioned } from "./mentioned.js";

/** What selectors and port names see of whatever has an address: only the labels that some selector asks for. */
export interface Trait {
  id: number;
  labels: Labels;
  ports: readonly NamedPort[];
}

/** Endpoints that policies, profiles and what comes before policies cannot tell apart. */
export interface EndpointKind {
  id: number;
  trait: Trait;
  kind: Endpoint["kind"];
  openstack: boolean;
  profiles: readonly string[];
  /** Texts of the addresses at which its host answers. */
  gateways: readonly string[];
  /** Of a host; null = none, or the configuration cannot be read. */
  failsafes: Failsafes | null;
  failsafesUnread: boolean;
  /** Of a host whose interfaces may drop what it forwards, and of workloads there; null = nothing of it is in doubt. */
  forward: Forwarding | null;
}

/** Tells endpoints and network sets of all snapshots apart by what is mentioned. */
export interface Sorter {
  traits: readonly Trait[];
  trait(owner: Owner): Trait;
  /** The kind of every endpoint of a snapshot. */
  kinds(model: Model): ReadonlyMap<Endpoint, EndpointKind>;
}

export function sorterOf({ labels: mentioned, portNames }: Mentioned): Sorter {
  const numbers = new Map([...mentioned].map((label, i) => [label, i]));
  const traits = new Map<string, Trait>();
  const all: Trait[] = [];
  const kinds = new Map<string, EndpointKind>();
  const failsafesAt = failsafesByHost();
  const trait = ({ labels, ports }: Owner): Trait => {
    const key = traitKey(labels, numbers) + (portNames && ports.length > 0 ? `|${JSON.stringify(ports)}` : "");
    const found = traits.get(key) ?? { id: traits.size, labels: kept(labels, numbers), ports: portNames ? ports : [] };
    if (found.id === all.length) {
      traits.set(key, found);
      all.push(found);
    }
    return found;
  };
  const kind = (model: Model, endpoint: Endpoint, of: Trait): EndpointKind => {
    const isHost = endpoint.kind === "host";
    const open = isHost ? failsafesAt(model, endpoint.node) : null;
    const openstack = endpoint.orchestrator === "openstack";
    const gateways = endpoint.gateways.map(({ text }) => text);
    const forward = forwardingIn(model).get(endpoint.node) ?? null;
    const where = forward === null ? "" : `|${JSON.stringify(forward)}`;
    const key = `${of.id}|${isHost ? JSON.stringify(open) : openstack}|${endpoint.profiles.join()}|${gateways.join()}${where}`;
    const found = kinds.get(key) ?? {
      id: kinds.size,
      trait: of,
      kind: endpoint.kind,
      openstack,
      profiles: endpoint.profiles,
      gateways,
      failsafes: open,
      failsafesUnread: isHost && open === null,
      forward,
    };
    kinds.set(key, found);
    return found;
  };
  const kindsIn = (model: Model): Map<Endpoint, EndpointKind> => {
    const found = new Map<Endpoint, EndpointKind>();
    const anywhere = forwardingIn(model).size === 0;
    for (const alike of model.index.alike()) {
      let before: { endpoint: Endpoint; trait: Trait; kind: EndpointKind } | null = null;
      for (const endpoint of alike) {
        const of: Trait = before !== null && endpoint.ports.length + before.endpoint.ports.length === 0 ? before.trait : trait(endpoint);
        const same: boolean =
          before !== null &&
          of === before.trait &&
          (anywhere || endpoint.node === before.endpoint.node) &&
          isAlike(endpoint, before.endpoint);
        before = { endpoint, trait: of, kind: same && before ? before.kind : kind(model, endpoint, of) };
        found.set(endpoint, before.kind);
      }
    }
    return found;
  };
  return { traits: all, trait, kinds: kindsIn };
}

/** Failsafes of hosts, read once. */
function failsafesByHost(): (model: Model, node: string) => Failsafes | null {
  const failsafes = new Map<Model["felix"], Map<string, Failsafes | null>>();
  return ({ felix }, node) => {
    const byNode = failsafes.get(felix) ?? new Map<string, Failsafes | null>();
    failsafes.set(felix, byNode);
    const found = byNode.has(node) ? (byNode.get(node) ?? null) : failsafesOf(node, felix);
    byNode.set(node, found);
    return found;
  };
}

/** The usual case, in which nothing but the name differs. */
function isAlike(a: Endpoint, b: Endpoint): boolean {
  const plain = (one: Endpoint): boolean => one.kind === "workload" && one.profiles.length === 0 && one.gateways.length === 1;
  return plain(a) && plain(b) && a.orchestrator === b.orchestrator && a.gateways[0]?.text === b.gateways[0]?.text;
}

function traitKey(labels: Labels, numbers: ReadonlyMap<string, number>): string {
  const words: string[] = [];
  for (const label in labels) {
    const number = numbers.get(label);
    const value = labels[label] ?? "";
    if (number !== undefined) words.push(`${number}=${value.length}:${value}`);
  }
  return words.length > 1 ? words.toSorted().join("\n") : (words[0] ?? "");
}

const kept = (labels: Labels, numbers: ReadonlyMap<string, number>): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([label]) => numbers.has(label)));
