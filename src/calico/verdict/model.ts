import type { Cidr } from "../cidr.js";
import { type PolicySet, policySet } from "../policy/effective.js";
import { keyGeneration, tieRuleOf } from "../policy/generation.js";
import type { TieRule, TierPlace } from "../policy/order.js";
import type { StoredPolicy } from "../policy/policy.js";
import { Profile, Tier } from "../resource.js";
import { type LabelIndex, labelIndex } from "../selector/label-index.js";
import type { Labels } from "../selector/selector.js";
import { atOnce, type Steps } from "../steps.js";
import { type AddressIndex, addressIndex } from "./address-index.js";
import { type CompiledPolicy, type Rules, rulesOf } from "./compiled.js";
import { type Endpoint, host, networkSet, read, workload } from "./endpoint.js";
import { UnreadableError } from "./entity.js";
import { type Item, itemName } from "./item.js";
import type { Owner } from "./match.js";
import { ofKind, type Parts, type Trouble } from "./parts.js";
import { policiesOf } from "./policies.js";
import { stagedCount } from "./staged.js";

/** A snapshot of a cluster, compiled: everything that decides who may talk to whom. */
export interface Model {
  set: PolicySet;
  compiled: ReadonlyMap<StoredPolicy, CompiledPolicy>;
  /** Null = it is stored and cannot be read. */
  profiles: ReadonlyMap<string, Rules | null>;
  endpoints: readonly Endpoint[];
  index: LabelIndex<Endpoint>;
  at: AddressIndex<Endpoint>;
  floatingAt: AddressIndex<{ endpoint: Endpoint; internal: Cidr }>;
  owners: AddressIndex<Owner>;
  /** Network sets with what they are called. */
  networkSets: readonly NamedSet[];

  felix: readonly Item[];
  staged: number;
  troubles: readonly Trouble[];
  /** Reasons to doubt every answer, and those that touch only addresses that nothing is known to have. */
  everywhere: readonly string[];
  incomplete: string | null;
}

/** Addresses with labels that rules may ask for. */
export interface NamedSet {
  /** `GlobalNetworkSet trusted`. */
  name: string;
  owner: Owner;
  nets: readonly Cidr[];
}

export interface ModelOptions {
  /** How policies of the same order are told apart; without it, as the keys suggest. */
  rule?: TieRule;
  /** As if staged policies were in force. */
  staged?: boolean;
}

/** Compiles it. What cannot be read becomes a trouble, and a doubt where it may matter; nothing here throws over data. */
export const modelOf = (from: Parts, options: ModelOptions = {}): Model => atOnce(modelSteps(from, options));

/** The same in steps. */
export function* modelSteps(from: Parts, { rule, staged = false }: ModelOptions = {}): Steps<Model> {
  const parts: Parts = { ...from, troubles: [...from.troubles], everywhere: [...from.everywhere] };
  const policies = policiesOf(parts, staged);
  yield;
  const { profiles, given } = profilesOf(parts);
  const unread: string[] = [];
  const endpoints = [
    ...(yield* endpointSteps(parts, { kind: "WorkloadEndpoint", make: (item) => workload(item, given) }, unread)),
    ...(yield* endpointSteps(parts, { kind: "HostEndpoint", make: (item) => host(item, given) }, unread)),
  ];
  const sets = setsOf(parts, given, unread);
  const byAddress = endpoints.flatMap((of) => of.addresses.map((cidr) => ({ of, cidr })));
  const tie = rule ?? tieRuleOf(keyGeneration(policies.map(({ policy }) => pathOf(policy))));
  const set = policySet(
    policies.map(({ policy }) => policy),
    tiersOf(parts),
    tie,
  );
  yield;
  return {
    set,
    compiled: new Map(policies.map((one) => [one.policy, one])),
    profiles,
    endpoints,
    index: labelIndex(endpoints),
    at: addressIndex(byAddress),
    floatingAt: addressIndex(
      endpoints.flatMap((endpoint) => endpoint.floating.map(({ external, internal }) => ({ of: { endpoint, internal }, cidr: external }))),
    ),
    owners: addressIndex<Owner>([...byAddress, ...sets.flatMap(({ owner, nets }) => nets.map((cidr) => ({ of: owner, cidr })))]),
    networkSets: sets,
    felix: ofKind(parts, "FelixConfiguration"),
    staged: stagedCount(parts),
    troubles: parts.troubles,
    everywhere: parts.everywhere,
    incomplete: unread[0] ?? null,
  };
}

const pathOf = ({ namespace, name }: StoredPolicy): string => (namespace === null ? name : `${namespace}/${name}`);

/** Runs what may meet an unreadable value; then there is a trouble instead. */
function attempt<T>(item: Item, parts: Parts, make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    parts.troubles.push({ subject: itemName(item), text: `${itemName(item)} cannot be read: ${error.message}` });
    return null;
  }
}

function tiersOf(parts: Parts): Omit<TierPlace, "exists">[] {
  return ofKind(parts, "Tier").flatMap((item) => {
    const tier = attempt(item, parts, () => read(Tier, item.value));
    if (tier === null) parts.everywhere.push(`${itemName(item)} cannot be read`);
    else if (parts.twice.has(itemName(item))) parts.everywhere.push(`${itemName(item)} is there twice`);
    return tier === null
      ? []
      : [{ name: item.name, order: tier.spec.order ?? null, end: tier.spec.defaultAction === "Pass" ? "Pass" : "Deny" }];
  });
}

const allowAll: Rules = rulesOf({ ingress: [{ action: "Allow" }], egress: [{ action: "Allow" }] }, null).rules;

function profilesOf(parts: Parts): { profiles: Map<string, Rules | null>; given: Map<string, Labels> } {
  const profiles = new Map<string, Rules | null>([["projectcalico-default-allow", allowAll]]);
  const given = new Map<string, Labels>();
  for (const item of ofKind(parts, "Profile")) {
    const profile = attempt(item, parts, () => read(Profile, item.value));
    const spec: Readonly<Record<string, unknown>> = { ...profile?.spec };
    const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
    const { rules, why } = rulesOf({ ingress: list(spec["ingress"]), egress: list(spec["egress"]) }, null);
    if (why !== null) parts.troubles.push({ subject: itemName(item), text: `${itemName(item)} cannot be read: ${why}` });
    profiles.set(item.name, profile === null || why !== null ? null : rules);
    if (profile) given.set(item.name, profile.spec.labelsToApply);
  }
  return { profiles, given };
}

function* endpointSteps(
  parts: Parts,
  { kind, make }: { kind: string; make: (item: Item) => Endpoint },
  unread: string[],
): Steps<Endpoint[]> {
  const found: Endpoint[] = [];
  for (const [i, item] of ofKind(parts, kind).entries()) {
    if (i % 200 === 199) yield;
    const endpoint = attempt(item, parts, () => make(item));
    if (endpoint === null) unread.push(`${itemName(item)} cannot be read and may have this address`);
    else found.push(endpoint);
  }
  return found;
}

function setsOf(parts: Parts, given: Map<string, Labels>, unread: string[]): NamedSet[] {
  return [...ofKind(parts, "NetworkSet"), ...ofKind(parts, "GlobalNetworkSet")].flatMap((item) => {
    const set = attempt(item, parts, () => networkSet(item, given));
    if (set === null) unread.push(`${itemName(item)} cannot be read and may have this address`);
    return set === null ? [] : { name: itemName(item), ...set };
  });
}
