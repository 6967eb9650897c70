import { type Item, itemName } from "./item.js";
import { ofKind, type Parts } from "./parts.js";

/** Policies as they would be if the staged ones were in force: set ones replace or join, deleted ones go. */
export function withStaged(items: readonly Item[], parts: Parts): Item[] {
  const after = new Map(items.map((item) => [itemName(item), item]));
  for (const staged of [...ofKind(parts, "StagedNetworkPolicy"), ...ofKind(parts, "StagedGlobalNetworkPolicy")]) {
    const item = { ...staged, kind: staged.kind.slice("Staged".length) };
    const action = actionOf(staged);
    if (action === "Delete") after.delete(itemName(item));
    else if (action === "Set") after.set(itemName(item), item);
  }
  for (const staged of ofKind(parts, "StagedKubernetesNetworkPolicy"))
    parts.everywhere.push(`${itemName(staged)} is staged and cannot be judged`);
  return [...after.values()];
}

/** How many staged policies there are. */
export const stagedCount = (parts: Parts): number =>
  ["StagedNetworkPolicy", "StagedGlobalNetworkPolicy", "StagedKubernetesNetworkPolicy"].reduce(
    (sum, kind) => sum + ofKind(parts, kind).length,
    0,
  );

function actionOf({ value }: Item): string {
  const spec = value["spec"];
  const action =
    typeof spec === "object" && spec !== null ? Object.entries(spec).find(([name]) => name === "stagedAction")?.[1] : undefined;
  return typeof action === "string" && action !== "" ? action : "Set";
}
