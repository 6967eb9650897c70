import { securityGroupOf } from "../../calico/names.js";
import { keyGeneration } from "../../calico/policy/generation.js";
import { bare } from "../../calico/verdict/connection.js";
import type { Model } from "../../calico/verdict/model.js";
import { type Finding, finding, sorted } from "../finding.js";
import type { Endpoint, PolicyFacts } from "./facts.js";
import { lint } from "./lint.js";
import { countSelected, labelSets } from "./selected.js";

/** What is wrong with the policies of a compiled snapshot, and with the snapshot itself. */
export async function lintSnapshot(model: Model): Promise<Finding[]> {
  const facts = factsOf(model);
  const sets = await labelSets(facts.endpoints);
  const selected = await countSelected(facts, sets, ({ name }) => securityGroupOf(name) === null);
  const vms = facts.endpoints.filter(({ kind }) => kind === "vm").length;
  const found = await lint({ facts, selected, vms, sets });
  const told = new Set(found.map(({ id }) => id));
  const troubles = model.troubles.filter(({ subject }) => !told.has(`policy:${subject}`));
  return sorted([...found, ...troubles.map(({ subject, text }) => finding({ id: `object:${subject}`, light: "bad", text, weight: 50 }))]);
}

function factsOf(model: Model): PolicyFacts {
  const policies = [...model.compiled.keys()];
  const namespaces = model.endpoints.flatMap(({ kind, namespace, orchestrator }) =>
    kind === "workload" && orchestrator === "openstack" ? (namespace ?? []) : [],
  );
  return {
    cluster: "snapshot",
    region: namespaces.find((one) => one.startsWith("openstack-"))?.slice("openstack-".length) ?? "no-region",
    revision: 0,
    at: 0,
    set: model.set,
    generation: keyGeneration(policies.map(({ namespace, name }) => (namespace === null ? name : `${namespace}/${name}`))),
    endpoints: model.endpoints.map(endpointOf),
    staged: model.staged,
    unreadable: [],
  };
}

function endpointOf(of: Model["endpoints"][number]): Endpoint {
  const { kind, name, namespace, node, instance, port, addresses, floating, fqdn, profiles, labels } = of;
  return {
    kind: kind === "workload" ? "vm" : "host",
    name,
    namespace,
    node,
    instance,
    port,
    addresses: [...addresses, ...floating.map(({ external }) => external)].map(bare),
    fqdn: fqdn === "" ? null : fqdn,
    profiles: [...profiles],
    labels,
  };
}
