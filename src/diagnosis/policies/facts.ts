import { placeOf } from "../../calico/keys.js";
import { kindOf, kindPrefix } from "../../calico/kinds.js";
import { type PolicySet, policySet } from "../../calico/policy/effective.js";
import { type KeyGeneration, keyGeneration, tieRuleOf } from "../../calico/policy/generation.js";
import { type StoredPolicy, storedPolicy } from "../../calico/policy/policy.js";
import { HostEndpoint, Policy, Profile, Tier, WorkloadEndpoint } from "../../calico/resource.js";
import type { Labels } from "../../calico/selector/selector.js";
import type { Ask } from "../../cluster/ask.js";
import type { Cluster } from "../../cluster/cluster.js";
import type { KeyValue } from "../../cluster/etcd.js";
import { decode, decodeAll, inTurns, readEtcd } from "../read.js";

/** What policies can select: a port of a VM, or an interface of a host. */
export interface Endpoint {
  kind: "vm" | "host";
  name: string;
  namespace: string | null;
  /** The host it is on. */
  node: string;
  /** Nova's instance id and Neutron's port id; empty for hosts. */
  instance: string;
  port: string;
  /** Its addresses without prefix length, floating ones too. */
  addresses: string[];
  /** Host name of the VM inside OpenStack's DNS, if Neutron has that. */
  fqdn: string | null;
  profiles: string[];
  /** Its own, and those its profiles give. */
  labels: Labels;
}

/** All that decides what policies do, at one revision. */
export interface PolicyFacts {
  cluster: string;
  region: string;
  revision: number;
  at: number;
  set: PolicySet;
  generation: KeyGeneration;
  endpoints: Endpoint[];
  staged: number;
  unreadable: string[];
}

const whole = (["Tier", "NetworkPolicy", "GlobalNetworkPolicy", "WorkloadEndpoint", "HostEndpoint", "Profile"] as const).map((name) => ({
  prefix: kindPrefix(kindOf(name)),
}));
const staged = (["StagedNetworkPolicy", "StagedGlobalNetworkPolicy", "StagedKubernetesNetworkPolicy"] as const).map((name) => ({
  count: kindPrefix(kindOf(name)),
}));

/** Reads it. */
export async function policyFacts(cluster: Cluster, ask: Ask): Promise<PolicyFacts> {
  const read = await readEtcd(cluster, [...whole, ...staged], ask);
  const [tiers = [], local = [], global = [], vms = [], hosts = [], profiles = []] = read.ranges.map(({ kvs }) => kvs);
  const unreadable: string[] = [];
  const given = new Map((await decodeAll(profiles, Profile, unreadable)).map(({ metadata, spec }) => [metadata.name, spec.labelsToApply]));
  const policies = [
    ...(await policiesOf("NetworkPolicy", local, unreadable)),
    ...(await policiesOf("GlobalNetworkPolicy", global, unreadable)),
  ];
  const generation = keyGeneration(policies.map(({ namespace, name }) => (namespace === null ? name : `${namespace}/${name}`)));
  const endpoints = [
    ...(await decodeAll(vms, WorkloadEndpoint, unreadable)).map((vm) => vmOf(vm, given)),
    ...(await decodeAll(hosts, HostEndpoint, unreadable)).map((host) => hostOf(host, given)),
  ];
  const places = tiers
    .flatMap((kv) => decode(kv, Tier, unreadable) ?? [])
    .map(({ metadata, spec }) => ({
      name: metadata.name,
      order: spec.order ?? null,
      end: spec.defaultAction === "Pass" ? ("Pass" as const) : ("Deny" as const),
    }));
  return {
    cluster: cluster.name,
    region: cluster.region,
    revision: read.revision,
    at: read.at,
    set: policySet(policies, places, tieRuleOf(generation)),
    generation,
    endpoints,
    staged: read.ranges.slice(whole.length).reduce((sum, range) => sum + range.count, 0),
    unreadable,
  };
}

/** Place and spec: the key says what a policy is called, whatever its value says. */
async function policiesOf(kind: StoredPolicy["kind"], kvs: readonly KeyValue[], unreadable: string[]): Promise<StoredPolicy[]> {
  const known = kindOf(kind);
  const placed = kvs.flatMap((kv) => {
    const place = placeOf(known, kv.key);
    if (!place) unreadable.push(kv.key);
    return place ? [{ kv, place }] : [];
  });
  const policies: StoredPolicy[] = [];
  await inTurns(placed, ({ kv, place }) => {
    const policy = decode(kv, Policy, unreadable);
    if (policy) policies.push(storedPolicy(kind, place, policy.spec));
  });
  return policies;
}

type Given = ReadonlyMap<string, Labels>;

function labelsOf(own: Labels | undefined, profiles: readonly string[], given: Given): Labels {
  if (profiles.length === 0) return own ?? {};
  return Object.assign({}, ...profiles.map((profile) => given.get(profile) ?? {}), own);
}

const bare = (address: string): string => address.replace(/\/\d+$/, "");

function vmOf({ metadata, spec }: WorkloadEndpoint, given: Given): Endpoint {
  return {
    kind: "vm",
    name: metadata.name,
    namespace: metadata.namespace ?? null,
    node: spec.node,
    instance: spec.workload,
    port: spec.endpoint,
    addresses: [...spec.ipNetworks.map(bare), ...spec.ipNATs.map(({ externalIP }) => externalIP)],
    fqdn: metadata.annotations?.["openstack.projectcalico.org/fqdn"] ?? null,
    profiles: spec.profiles,
    labels: labelsOf(metadata.labels, spec.profiles, given),
  };
}

function hostOf({ metadata, spec }: HostEndpoint, given: Given): Endpoint {
  return {
    kind: "host",
    name: metadata.name,
    namespace: null,
    node: spec.node,
    instance: "",
    port: "",
    addresses: spec.expectedIPs.map(bare),
    fqdn: null,
    profiles: spec.profiles,
    labels: labelsOf(metadata.labels, spec.profiles, given),
  };
}
