import { z } from "zod";
import type { Edit } from "../../calico/effect/edit.js";
import { kindNamed } from "../../calico/kinds.js";
import { part } from "../../calico/part.js";
import { applied, type Item, itemName } from "../../calico/verdict/item.js";
import { ofKind, type Parts } from "../../calico/verdict/parts.js";
import { fail } from "../../contract/failure.js";
import { GroupRule, withRule } from "./group-rule.js";

type Named = Pick<Item, "kind" | "namespace" | "name">;

/** What somebody thinks of doing, in his words. */
export const Wish = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("documents"),
    objects: z.array(z.record(z.string(), z.unknown())),
    remove: z.array(z.object({ kind: z.string(), namespace: z.string().nullable(), name: z.string() })).optional(),
  }),
  z.object({ kind: z.literal("delete"), name: z.string() }),
  z.object({ kind: z.literal("order"), name: z.string(), order: z.number() }),
  z.object({ kind: z.literal("rule"), name: z.string(), rule: GroupRule }),
  z.object({ kind: z.literal("label"), name: z.string(), label: z.string(), value: z.string().nullable() }),
]);
export type Wish = z.infer<typeof Wish>;

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

/** The objects that the wish would write or delete, and what that is for each of them. */
export function editFor(parts: Parts, wish: Wish): { edit: Edit; steps: Step[] } {
  if (wish.kind === "documents") return written(parts, wish.objects, wish.remove ?? []);
  if (wish.kind === "rule") {
    const { objects, ...edit } = withRule(parts, wish.name, wish.rule);
    return { edit, steps: objects.map((object) => ({ action: "update", object })) };
  }
  const item = itemOf(parts, wish.name, wish.kind);
  const object = itemName(item);
  if (wish.kind === "delete") return { edit: { put: [], remove: [item] }, steps: [{ action: "delete", object }] };
  const value = wish.kind === "order" ? ordered(item, wish.order) : labelled(item, wish);
  return { edit: { put: [{ ...item, value }], remove: [] }, steps: [{ action: "update", object }] };
}

function written(parts: Parts, objects: readonly object[], remove: readonly Named[]): { edit: Edit; steps: Step[] } {
  const put = objects.map((object) => {
    const taken = applied(object);
    if (!taken.ok) throw fail("usage", `${taken.what}: ${taken.why}`, { hint: "mend the document" });
    return { ...taken.item, ...placeIn(parts, taken.item) };
  });
  const gone = remove.map((one) => placeIn(parts, one)).filter((one) => isIn(parts, one));
  const steps = put.map((item): Step => ({ action: isIn(parts, item) ? "update" : "create", object: itemName(item) }));
  return { edit: { put, remove: gone }, steps: [...steps, ...gone.map((one): Step => ({ action: "delete", object: itemName(one) }))] };
}

const isIn = ({ byKind }: Parts, one: Named): boolean => byKind.get(one.kind)?.has(itemName(one)) === true;

/** Older clusters have the policies of tier `default` as `default.<name>`. */
function placeIn(parts: Parts, { kind, namespace, name }: Named): Named {
  const older = { kind, namespace, name: `default.${name}` };
  return kind.endsWith("NetworkPolicy") && !isIn(parts, { kind, namespace, name }) && isIn(parts, older)
    ? older
    : { kind, namespace, name };
}

/** `NAME`, `NAMESPACE/NAME`, or `KIND/NAME`; what several kinds have must be said in full. */
function itemOf(parts: Parts, name: string, what: "delete" | "order" | "label"): Item {
  const [first = "", ...rest] = name.split("/");
  const kind = rest.length > 0 ? kindNamed(first) : null;
  const wanted = kind ? rest.join("/") : name;
  const kinds = kind ? [kind.kind] : what === "order" ? named.filter((one) => one.endsWith("Policy") || one === "Tier") : named;
  const found = kinds.flatMap((one) =>
    ofKind(parts, one).filter((item) => item.name === wanted || `${item.namespace}/${item.name}` === wanted),
  );
  const [only, ...others] = found;
  if (only === undefined)
    throw fail("not_found", `nothing is called \`${name}\` that policies depend on`, {
      hint: "a policy, tier, set, profile or endpoint: `policies` and `get KIND` list them",
    });
  if (others.length > 0)
    throw fail("ambiguous", `\`${name}\` is the name of ${found.map(itemName).join(" and of ")}`, {
      hint: "write KIND/NAME, with the namespace as KIND/NAMESPACE/NAME",
    });
  return only;
}

const ordered = ({ value }: Item, order: number): Item["value"] => ({ ...value, spec: { ...part(value["spec"]), order } });

function labelled({ value }: Item, { label, value: to }: { label: string; value: string | null }): Item["value"] {
  const metadata = part(value["metadata"]);
  const { [label]: _, ...others } = part(metadata["labels"]);
  return { ...value, metadata: { ...metadata, labels: to === null ? others : { ...others, [label]: to } } };
}
