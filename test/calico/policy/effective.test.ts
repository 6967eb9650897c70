import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { type EffectiveTier, effective, policySet } from "../../../src/calico/policy/effective.js";
import { type StoredPolicy, storedPolicy } from "../../../src/calico/policy/policy.js";
import { Policy, Profile, Tier, WorkloadEndpoint } from "../../../src/calico/resource.js";

interface Sample {
  name: string;
  resources: { kind: string; metadata: { name: string; namespace?: string } }[];
  effective: { endpoint: string; tiers: { name: string; ingress: string[]; egress: string[] }[] }[];
}
const samples = JSON.parse(readFileSync(join(import.meta.dirname, "../../golden/policy/verdicts-sample.json"), "utf8")) as Sample[];
const ofKind = <T>(sample: Sample, kind: string, schema: { parse(from: unknown): T }): T[] =>
  sample.resources.filter((resource) => resource.kind === kind).map((resource) => schema.parse(resource));

/** As calicoctl stores it: types filled in by the rules that there are. */
function applied(policy: Policy): StoredPolicy {
  const { ingress, egress, types } = policy.spec;
  const inferred = egress.length === 0 ? ["Ingress"] : ingress.length === 0 ? ["Egress"] : ["Ingress", "Egress"];
  const { name, namespace = null } = policy.metadata;
  const kind = policy.kind === "NetworkPolicy" ? "NetworkPolicy" : "GlobalNetworkPolicy";
  return storedPolicy(
    kind,
    { name, namespace: kind === "NetworkPolicy" ? (namespace ?? "default") : null },
    { ...policy.spec, types: types ?? inferred },
  );
}

const pathOf = ({ kind, namespace, name }: StoredPolicy): string => [kind, namespace, name].filter((part) => part !== null).join("/");
const shown = ({ tier, ingress, egress }: EffectiveTier) => ({ name: tier.name, ingress: ingress.map(pathOf), egress: egress.map(pathOf) });

describe("what Felix computed for every endpoint", () => {
  test.each(samples)("of $name", (sample) => {
    const policies = [...ofKind(sample, "NetworkPolicy", Policy), ...ofKind(sample, "GlobalNetworkPolicy", Policy)].map(applied);
    const tiers = ofKind(sample, "Tier", Tier).map(({ metadata, spec }) => ({
      name: metadata.name,
      order: spec.order ?? null,
      end: spec.defaultAction === "Pass" ? ("Pass" as const) : ("Deny" as const),
    }));
    const given = new Map(ofKind(sample, "Profile", Profile).map(({ metadata, spec }) => [metadata.name, spec.labelsToApply]));
    const set = policySet(policies, tiers, "name");

    const found = ofKind(sample, "WorkloadEndpoint", WorkloadEndpoint).map(({ metadata, spec }) => {
      const namespace = metadata.namespace ?? "default";
      const inherited = Object.assign({}, ...spec.profiles.map((profile) => given.get(profile) ?? {}));
      const own = { "projectcalico.org/namespace": namespace, "projectcalico.org/orchestrator": spec.orchestrator };
      return { endpoint: `${namespace}/${metadata.name}`, tiers: effective(set, { ...inherited, ...own, ...metadata.labels }).map(shown) };
    });

    const expected = sample.effective.map(({ endpoint, tiers }) => ({
      endpoint,
      tiers: tiers.map(({ name, ingress, egress }) => ({ name, ingress, egress })),
    }));
    const byEndpoint = (a: { endpoint: string }, b: { endpoint: string }): number => a.endpoint.localeCompare(b.endpoint);
    expect(found.toSorted(byEndpoint)).toEqual(expected.toSorted(byEndpoint));
  });
});
