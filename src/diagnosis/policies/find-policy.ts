import { securityGroupOf, vmNamespace } from "../../calico/names.js";
import type { StoredPolicy } from "../../calico/policy/policy.js";
import { vmLabels } from "../../calico/resource.js";
import type { CompiledPolicy } from "../../calico/verdict/compiled.js";
import type { Model } from "../../calico/verdict/model.js";
import { fail } from "../../contract/failure.js";
import { list } from "../say.js";
import { pathOf } from "./selected.js";

/** Finds the known word that a mistyped one most likely means. */
export type Near = (word: string, known: Iterable<string>) => string | null;

/** What Neutron knows of a name that the datastore does not know. */
export interface KnownGroups {
  /** Security groups of that name. */
  ids: readonly string[];
  /** Names that there are. */
  names: readonly string[];
}
export const noGroups: KnownGroups = { ids: [], names: [] };

/** Names of security groups by id, as the VMs in them carry them. */
export function groupNames({ endpoints }: Pick<Model, "endpoints">): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { labels } of endpoints)
    for (const [label, name] of Object.entries(labels))
      if (label.startsWith(vmLabels.groupPrefix)) names.set(label.slice(vmLabels.groupPrefix.length), name);
  return names;
}

const short = { np: "NetworkPolicy", gnp: "GlobalNetworkPolicy" } as const;

/** The policies that a word means: `web`, `openstack/web`, `gnp/web`, `platform.web`, a security group by id or name. */
export function policiesCalled(model: Model, word: string, groups: KnownGroups = noGroups): CompiledPolicy[] {
  const [, prefix, rest] = /^(gnp|np)\/(.+)$/i.exec(word) ?? [];
  const kind = prefix === undefined ? null : short[prefix.toLowerCase() as keyof typeof short];
  const wanted = rest ?? word;
  const named = new Set(groups.ids);
  for (const [id, name] of groupNames(model)) if (name === wanted || id === wanted.toLowerCase()) named.add(id);
  return [...model.compiled.values()].filter(({ policy }) => {
    const group = securityGroupOf(policy.name);
    return (
      (kind === null || kind === policy.kind) && (isCalled(policy, wanted) || (group !== null && (group === wanted || named.has(group))))
    );
  });
}

/** Up to v3.31 the names of tier `default` are stored as `default.<name>`; people type them without. */
function isCalled(policy: StoredPolicy, word: string): boolean {
  const path = pathOf(policy);
  const plain = path.replace(/(^|\/)default\./, "$1");
  return [path, policy.name, plain, policy.name.replace(/^default\./, "")].includes(word);
}

/** The one policy, or why there is not exactly one, with what to type instead. */
export function onePolicy(
  model: Model,
  word: string,
  { near, groups, region }: { near: Near; groups: KnownGroups; region: string },
): CompiledPolicy {
  const found = policiesCalled(model, word, groups);
  const [only] = found;
  if (only === undefined) throw unknownPolicy(model, word, { near, groups, command: "policy" });
  if (found.length === 1) return only;
  const exact = word.includes("/") ? found.find(({ policy }) => pathOf(policy) === word) : undefined;
  if (exact !== undefined) return exact;
  // Regions share one datastore, and a group is then meant in this cluster's own.
  const here = found.filter(({ policy }) => policy.namespace === vmNamespace(region) && securityGroupOf(policy.name) !== null);
  if (here.length === 1 && here[0] !== undefined && found.every(({ policy }) => securityGroupOf(policy.name) !== null)) return here[0];
  const names = found.map(({ policy }) => typed(policy));
  throw fail("ambiguous", `${found.length} policies are \`${word}\`: ${list(names, 5)}`, {
    hint: `say which one: \`policy ${names[0]}\``,
    choices: names.slice(0, 5).map((name) => ({ label: name.slice(0, 40), line: `policy ${quoted(name)}` })),
  });
}

/** The word that means this policy and no other. */
export const typed = (policy: StoredPolicy): string => `${policy.kind === "NetworkPolicy" ? "np" : "gnp"}/${pathOf(policy)}`;

/** Names that are there, those of people first. */
function policyNames(model: Model): string[] {
  const all = [...model.compiled.keys()];
  const people = all.filter(({ name }) => securityGroupOf(name) === null);
  const groups = all.flatMap(({ name }) => securityGroupOf(name) ?? []);
  return [...people.flatMap((policy) => [policy.name, pathOf(policy)]), ...groupNames(model).values(), ...groups];
}

/** More names are not compared with a mistyped one. */
const mostNames = 5000;

/** Says that there is no such policy, and what may be meant. */
export function unknownPolicy(
  model: Model,
  word: string,
  { near, groups, command }: { near: Near; groups: KnownGroups; command: string },
): Error {
  const said = word.slice(0, 253);
  if (groups.ids.length > 0)
    return fail("not_found", `security group \`${said}\` has no policy in etcd: Calico does not enforce it`, {
      hint: "`policy lint` tells whether VMs carry such groups",
    });
  const meant = near(word, [...new Set([...policyNames(model), ...groups.names])].slice(0, mostNames));
  const hint =
    meant === null ? "`policies` lists those of people; a security group is given by id or name" : `did you mean \`${command} ${meant}\`?`;
  const choices = meant === null ? {} : { choices: [{ label: meant.slice(0, 40), line: `${command} ${quoted(meant)}` }] };
  return fail("not_found", `no policy or security group is \`${said}\``, { hint, ...choices });
}

/** Names of security groups may hold blanks. */
const quoted = (name: string): string => (/^[\w./-]+$/.test(name) ? name : JSON.stringify(name));
