import { z } from "zod";
import { type Cidr, parseCidr } from "../cidr.js";
import { namespaceLabel } from "../policy/applies.js";
import { HostEndpoint, Metadata, vmLabels, WorkloadEndpoint } from "../resource.js";
import type { Labels } from "../selector/selector.js";
import { UnreadableError } from "./entity.js";
import type { Item } from "./item.js";
import type { Owner } from "./match.js";
import type { NamedPort } from "./port.js";
import { protocolNumber } from "./protocol.js";

/** What policies govern: a port of a VM or another workload, or an interface of a host. */
export interface Endpoint extends Owner {
  kind: "workload" | "host";
  /** `namespace/name`, or the name of a host's. */
  id: string;
  namespace: string | null;
  name: string;
  node: string;
  orchestrator: string;
  /** Nova's instance id, Neutron's port id, and the VM's name in DNS; empty where there is none. */
  instance: string;
  port: string;
  fqdn: string;
  addresses: readonly Cidr[];
  /** Addresses that lead to one of the others. */
  floating: readonly { external: Cidr; internal: Cidr }[];
  /** Where its host answers it. */
  gateways: readonly Cidr[];
  profiles: readonly string[];
}

/** Labels that profiles give, by their names. */
export type Given = ReadonlyMap<string, Labels>;

const Port = z.looseObject({ name: z.string(), protocol: z.union([z.string(), z.number()]).default("TCP"), port: z.number() });
const Ports = z.array(Port).nullish();

/** Throws UnreadableError. */
export function workload({ value, namespace, name }: Item, given: Given): Endpoint {
  const { metadata, spec } = read(WorkloadEndpoint, value);
  const own = metadata.labels ?? {};
  return {
    kind: "workload",
    id: `${namespace ?? "default"}/${name}`,
    namespace,
    name,
    node: spec.node,
    orchestrator: spec.orchestrator,
    instance: spec.workload,
    port: spec.endpoint,
    fqdn: (metadata.annotations?.[vmLabels.fqdn] ?? "").replace(/\.$/, ""),
    addresses: spec.ipNetworks.map(cidr),
    floating: spec.ipNATs.map(({ externalIP, internalIP }) => ({ external: cidr(externalIP), internal: cidr(internalIP) })),
    gateways: [spec.ipv4Gateway, spec.ipv6Gateway].flatMap((one) => (one ? [cidr(one)] : [])),
    profiles: spec.profiles,
    labels: labelsOf(own, spec.profiles, given),
    ports: portsOf(spec["ports"]),
  };
}

/** Throws UnreadableError. */
export function host({ value, name }: Item, given: Given): Endpoint {
  const { metadata, spec } = read(HostEndpoint, value);
  return {
    kind: "host",
    id: name,
    namespace: null,
    name,
    node: spec.node,
    orchestrator: "",
    instance: "",
    port: "",
    fqdn: "",
    addresses: spec.expectedIPs.map(cidr),
    floating: [],
    gateways: [],
    profiles: spec.profiles,
    labels: labelsOf(metadata.labels ?? {}, spec.profiles, given),
    ports: portsOf(spec["ports"]),
  };
}

const Net = z.looseObject({ metadata: Metadata, spec: z.looseObject({ nets: z.array(z.string()).nullish() }).default({}) });

/** A network set: addresses with labels, and the labels of its namespace if it has one. Throws UnreadableError. */
export function networkSet({ value, namespace }: Item, given: Given): { owner: Owner; nets: Cidr[] } {
  const { metadata, spec } = read(Net, value);
  const inherited = namespace === null ? {} : { ...given.get(`kns.${namespace}`) };
  const labels = { ...inherited, ...metadata.labels, ...(namespace === null ? {} : { [namespaceLabel]: namespace }) };
  return { owner: { labels, ports: [] }, nets: (spec.nets ?? []).map(cidr) };
}

/** A value as its schema. Throws UnreadableError. */
export function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UnreadableError(`${issue?.path.map(String).join(".") || "it"}: ${issue?.message.toLowerCase() ?? "not readable"}`);
}

function cidr(text: string): Cidr {
  const found = parseCidr(text);
  if (found === null) throw new UnreadableError(`\`${text.slice(0, 80)}\` is no address or prefix`);
  return found;
}

function portsOf(value: unknown): NamedPort[] {
  return (read(Ports, value) ?? []).flatMap(({ name, protocol, port }) => {
    const number = protocolNumber(protocol);
    return number === null ? [] : [{ name, protocol: number, port }];
  });
}

/** Its own labels win, then those of the profile that it names first. */
function labelsOf(own: Labels, profiles: readonly string[], given: Given): Labels {
  if (profiles.length === 0) return own;
  return Object.assign({}, ...profiles.toReversed().map((profile) => given.get(profile) ?? {}), own);
}
