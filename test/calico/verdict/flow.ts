import { parseCidr } from "../../../src/calico/cidr.js";
import { between, type EndToEnd } from "../../../src/calico/verdict/between.js";
import type { Connection } from "../../../src/calico/verdict/connection.js";
import { applied } from "../../../src/calico/verdict/item.js";
import { type Model, type ModelOptions, modelOf } from "../../../src/calico/verdict/model.js";
import { add, emptyParts } from "../../../src/calico/verdict/parts.js";

type Spec = Record<string, unknown>;
type Labels = Record<string, string>;

export const object = (kind: string, name: string, spec: Spec, namespace?: string) => ({
  kind,
  apiVersion: "projectcalico.org/v3",
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  spec,
});

export const vm = (name: string, ip: string, { labels = {}, ...spec }: { labels?: Labels } & Spec = {}) => {
  const of = object("WorkloadEndpoint", name, { orchestrator: "openstack", node: "c1", ipNetworks: [ip], ...spec }, "openstack");
  return { ...of, metadata: { ...of.metadata, labels } };
};

export const gnp = (name: string, spec: Spec) => object("GlobalNetworkPolicy", name, spec);
export const np = (name: string, spec: Spec) => object("NetworkPolicy", name, spec, "openstack");
export const allowAll = gnp("allow-all", { ingress: [{ action: "Allow" }], egress: [{ action: "Allow" }] });

export function model(resources: readonly unknown[], options: ModelOptions = {}): Model {
  const parts = emptyParts();
  for (const resource of resources) add(parts, applied(resource));
  return modelOf(parts, options);
}

export function connection(src: string, dst: string, given: Partial<Connection> = {}): Connection {
  const [from, to] = [parseCidr(src), parseCidr(dst)];
  if (!from || !to) throw new Error(`${src} ${dst}`);
  return { src: from, dst: to, protocol: 6, srcPort: 40000, dstPort: 80, icmp: null, ...given };
}

export const ask = (resources: readonly unknown[], src: string, dst: string, given: Partial<Connection> = {}): EndToEnd =>
  between(model(resources), connection(src, dst, given));
