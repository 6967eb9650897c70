import type { Draft } from "../../calico/draft/draft.js";
import { kindNamed } from "../../calico/kinds.js";
import { applied, type Item, itemName } from "../../calico/verdict/item.js";
import { add, type Parts } from "../../calico/verdict/parts.js";
import { fail } from "../../contract/failure.js";

/** What somebody thinks of doing, without doing it. */
export type Edit =
  | { kind: "documents"; drafts: readonly Draft[] }
  | { kind: "delete"; name: string }
  | { kind: "order"; name: string; order: number }
  | { kind: "label"; name: string; label: string; value: string | null };

/** What becomes of one object. */
export interface Step {
  action: "create" | "update" | "delete";
  /** `NetworkPolicy openstack/web`. */
  object: string;
}

/** Kinds that a name alone may mean, the likeliest first. */
const named = [
  "GlobalNetworkPolicy",
  "NetworkPolicy",
  "Tier",
  "GlobalNetworkSet",
  "NetworkSet",
  "HostEndpoint",
  "Profile",
  "WorkloadEndpoint",
] as const;

/** The cluster as it would be after the edit, and what the edit does to which object; the first one stays as it is. */
export function edited(before: Parts, edit: Edit): { after: Parts; steps: Step[] } {
  const after: Parts = {
    byKind: new Map([...before.byKind].map(([kind, items]) => [kind, new Map(items)])),
    twice: new Set(before.twice),
    troubles: [...before.troubles],
    everywhere: [...before.everywhere],
  };
  return { after, steps: edit.kind === "documents" ? edit.drafts.map((draft) => put(after, draft)) : [change(after, edit)] };
}

function put(parts: Parts, draft: Draft): Step {
  const taken = applied(draft.object);
  if (!taken.ok) throw fail("usage", `${taken.what}: ${taken.why}`);
  const object = itemName(taken.item);
  const there = parts.byKind.get(taken.item.kind)?.delete(object) === true;
  add(parts, taken);
  return { action: there ? "update" : "create", object };
}

function change(parts: Parts, edit: Exclude<Edit, { kind: "documents" }>): Step {
  const item = itemOf(parts, edit.name, edit.kind);
  const object = itemName(item);
  const items = parts.byKind.get(item.kind);
  if (edit.kind === "delete") {
    items?.delete(object);
    return { action: "delete", object };
  }
  items?.set(object, { ...item, value: edit.kind === "order" ? ordered(item, edit.order) : labelled(item, edit) });
  return { action: "update", object };
}

/** `NAME`, `NAMESPACE/NAME`, or `KIND/NAME`; what several kinds have must be said in full. */
function itemOf(parts: Parts, name: string, what: "delete" | "order" | "label"): Item {
  const [first = "", ...rest] = name.split("/");
  const kind = rest.length > 0 ? kindNamed(first) : null;
  const wanted = kind ? rest.join("/") : name;
  const kinds = kind ? [kind.kind] : what === "order" ? named.filter((one) => one.endsWith("Policy") || one === "Tier") : named;
  const found = kinds.flatMap((one) =>
    [...(parts.byKind.get(one)?.values() ?? [])].filter((item) => item.name === wanted || `${item.namespace}/${item.name}` === wanted),
  );
  const [only, ...others] = found;
  if (only === undefined)
    throw fail("not_found", `nothing is called \`${name}\` that policies depend on`, {
      hint: "a policy, tier, set, profile or endpoint: `get gnp`, `get np` list them",
    });
  if (others.length > 0)
    throw fail("ambiguous", `\`${name}\` is the name of ${found.map(itemName).join(" and of ")}`, {
      hint: "write KIND/NAME, with the namespace as KIND/NAMESPACE/NAME",
    });
  return only;
}

const part = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const ordered = ({ value }: Item, order: number): Item["value"] => ({ ...value, spec: { ...part(value["spec"]), order } });

function labelled({ value }: Item, { label, value: to }: { label: string; value: string | null }): Item["value"] {
  const metadata = part(value["metadata"]);
  const { [label]: _, ...others } = part(metadata["labels"]);
  return { ...value, metadata: { ...metadata, labels: to === null ? others : { ...others, [label]: to } } };
}
