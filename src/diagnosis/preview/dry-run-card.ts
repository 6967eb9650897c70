import type { Guard } from "../../contract/plan.js";
import { type Light, type View, view, worst } from "../../contract/view.js";
import { count } from "../say.js";
import type { PreviewAnswer } from "./preview.js";
import { previewCard } from "./preview-card.js";

interface Change {
  action: "create" | "update" | "none";
  kind: string;
  namespace: string | null;
  name: string;
  diff: string;
}

/** What a dry run found: of etcd, of dangers, of traffic. */
export interface DryRunFound {
  cluster: string;
  plan: { revision: number; changes: readonly Change[]; guards: readonly Guard[] };
  /** Null = the documents decide nothing about traffic. */
  effect: PreviewAnswer | null;
}

const lights: Readonly<Record<Guard["severity"], Light>> = { blocking: "bad", more_approvers: "warn", note: "info" };

/** Dangers first, then traffic, then what changes word for word. */
export function dryRunCard({ cluster, plan, effect }: DryRunFound): View {
  const traffic = effect === null ? null : previewCard(effect);
  const light = worst([...plan.guards.map(({ severity }) => lights[severity]), ...(traffic ? [traffic.verdict.light] : ["ok" as const])]);
  const card = view(light === "info" ? "ok" : light, ...headline({ cluster, plan, effect }, traffic));
  if (plan.guards.length > 0)
    card.sections.push({
      kind: "lines",
      title: "Before you do it",
      lines: plan.guards.map(({ severity, text }) => ({ light: lights[severity], text })),
    });
  if (traffic) card.sections.push(...traffic.sections);
  for (const change of plan.changes.filter(({ action }) => action !== "none").slice(0, 20))
    card.sections.push({ kind: "code", title: `${change.action} ${called(change)}`, text: change.diff });
  card.footer.push(...(traffic?.footer ?? []), `nothing was applied; compared with etcd revision ${plan.revision}`);
  if (traffic?.picture) card.picture = traffic.picture;
  if (traffic?.csv) card.csv = traffic.csv;
  return card;
}

/** What blocks it comes first, then what it does to traffic, then how much there is of it. */
function headline({ cluster, plan }: DryRunFound, traffic: View | null): [string, string] {
  const blocked = plan.guards.some(({ severity }) => severity === "blocking");
  const told = traffic?.verdict.text.slice(cluster.length + 2) ?? "no policy is touched: traffic is not judged";
  const [first, second] = blocked || traffic === null ? [summary(plan), told] : [told, summary(plan)];
  return [`${cluster}: dry run: ${first}`, second];
}

const called = ({ kind, namespace, name }: Change): string => `${kind} "${namespace === null ? name : `${namespace}/${name}`}"`;

/** `1 create, 2 update, 1 unchanged; 1 blocks it`. */
function summary({ changes, guards }: DryRunFound["plan"]): string {
  const number = (action: Change["action"]): number => changes.filter((one) => one.action === action).length;
  const parts = [
    ...(number("create") > 0 ? [`${number("create")} create`] : []),
    ...(number("update") > 0 ? [`${number("update")} update`] : []),
    ...(number("none") > 0 ? [`${number("none")} unchanged`] : []),
  ];
  const blocks = guards.filter(({ severity }) => severity === "blocking").length;
  const wary = guards.filter(({ severity }) => severity === "more_approvers").length;
  return `${parts.join(", ")}; ${blocks > 0 ? `${count(blocks, "guard")} against it` : wary > 0 ? `${count(wary, "guard")} to look at` : "no guard against it"}`;
}
