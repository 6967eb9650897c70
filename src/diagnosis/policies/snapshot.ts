import { securityGroupOf } from "../../calico/names.js";
import { keyGeneration } from "../../calico/policy/generation.js";
import type { StoredPolicy } from "../../calico/policy/policy.js";
import { bare } from "../../calico/verdict/connection.js";
import type { Model } from "../../calico/verdict/model.js";
import { cut } from "../../contract/plain.js";
import { type Finding, finding, sorted } from "../finding.js";
import type { Endpoint, PolicyFacts } from "./facts.js";
import { lint } from "./lint.js";
import { passFindings } from "./pass-lint.js";
import { ruleFindings } from "./rule-lint.js";
import { type Note, scope } from "./scope-lint.js";
import { type Counted, countSelected, labelSets, type Selected } from "./selected.js";

/** What is wrong with the policies of a snapshot, and what is only worth knowing. */
export interface Linted {
  findings: Finding[];
  notes: Note[];
  /** Policies of people, which are looked at rule by rule; those of Neutron are not theirs to mend. */
  people: number;
  groups: number;
}

/** What is wrong with the policies of a compiled snapshot, and with the snapshot itself. Without a region it is that of the VMs. */
export async function lintSnapshot(model: Model, region: string | null = null): Promise<Linted> {
  const facts = factsOf(model, region);
  const sets = await labelSets(facts.endpoints);
  const selected = await countSelected(facts, sets, ({ name }) => securityGroupOf(name) === null);
  const vms = facts.endpoints.filter(({ kind }) => kind === "vm").length;
  const counted: Counted = { facts, selected, vms, sets };
  const { findings: scoped, notes } = scope(counted);
  const found = [...(await lint(counted)), ...scoped, ...(await passFindings(counted)), ...(await ofRules(model, selected))];
  const troubles = model.troubles.filter(({ text }) => !/missing: its \w+: |keeps the key of an older Calico/.test(text));
  return {
    findings: sorted([...found, ...troubles.map(trouble)]).map(bounded),
    notes,
    people: selected.size,
    groups: model.compiled.size - selected.size,
  };
}

/** A stored selector or name may be of any length. */
const bounded = (one: Finding): Finding => ({ ...one, text: cut(one.text, 500), detail: one.detail.map((line) => cut(line, 400)) });

/** Selectors that cannot be read and keys of older releases have findings of their own. */
function trouble({ subject, text }: Model["troubles"][number]): Finding {
  const id = `${/^(Global)?NetworkPolicy /.test(subject) ? "policy" : "object"}:${subject}`;
  if (text.includes("cannot be judged") || text.includes("kind that is not known"))
    return finding({
      id,
      light: "unknown",
      text,
      detail: ["fix: a typo; if it is of a newer Calico, answers about it are uncertain here"],
    });
  const twice = text.includes("is there twice");
  const detail = [twice ? "fix: keep one of them" : "fix: write it anew as one valid object, or delete it"];
  return finding({ id, light: "bad", text, detail, weight: 50 });
}

/** Rule by rule, with a turn for the event loop between policies. */
async function ofRules(model: Model, selected: ReadonlyMap<StoredPolicy, Selected>): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const policy of selected.keys()) {
    const one = model.compiled.get(policy);
    if (one === undefined || one.missing !== null) continue;
    await new Promise((resolve) => setImmediate(resolve));
    found.push(...ruleFindings(model, one));
  }
  return found;
}

function factsOf(model: Model, region: string | null): PolicyFacts {
  const policies = [...model.compiled.keys()];
  const namespaces = model.endpoints.flatMap(({ kind, namespace, orchestrator }) =>
    kind === "workload" && orchestrator === "openstack" ? (namespace ?? []) : [],
  );
  return {
    cluster: "snapshot",
    region: region ?? namespaces.find((one) => one.startsWith("openstack-"))?.slice("openstack-".length) ?? "no-region",
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
