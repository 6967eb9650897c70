import type { News } from "../../contract/change.js";
import { type Guard, type Plan, shortDigest } from "../../contract/plan.js";
import { dayAndTime } from "../../contract/times.js";
import { type Light, type Line, type View, view } from "../../contract/view.js";
import { count } from "../say.js";

/** A change as somebody looks at it later. Times are epoch ms. */
export interface ChangeSeen {
  id: string;
  cluster: string;
  state: string;
  plan: Plan;
  who: string;
  given: number;
  history: readonly { at: number; what: string; name: string | null; note: string | null }[];
  news: News | null;
}

const lights: Readonly<Record<string, Light>> = {
  proposed: "warn",
  approved: "info",
  running: "info",
  applied: "warn",
  keep_requested: "info",
  kept: "ok",
  revert_conflict: "bad",
  partly: "bad",
  failed: "bad",
  uncertain: "bad",
  stale: "warn",
};

export const lightOf = (state: string): Light => lights[state] ?? "info";
export const stateWords = (state: string): string => state.replaceAll("_", " ");

/** What a plan does, in a line. */
export const toldOf = ({ traffic, steps }: Plan): string =>
  traffic?.text ??
  `${steps
    .map(({ action, subject }) => `${action} ${subject}`)
    .slice(0, 3)
    .join(", ")}${steps.length > 3 ? ` and ${steps.length - 3} more` : ""}`;

/** Everything about one change: what it is, who agreed, what became of it, word for word. */
export function aboutChange({ id, cluster, state, plan, who, given, history, news }: ChangeSeen): View {
  const card = view(lightOf(state), `${cluster}: ${id} ${stateWords(state)}: ${toldOf(plan)}`, `${plan.line} · by ${who}`);
  const ends = news?.ends ?? null;
  const facts = [
    { label: "severity", value: `${plan.severity}${plan.because.length === 0 ? "" : `: ${plan.because.join("; ")}`}` },
    { label: "approvals", value: `${given} of ${plan.terms.approvers}` },
    { label: "plan", value: shortDigest(plan) },
    ...(plan.origin === null ? [] : [{ label: "origin", value: plan.origin }]),
    ...(plan.undoes === null ? [] : [{ label: "undoes", value: plan.undoes }]),
    ...(ends === null ? [] : [{ label: "ends", value: `${dayAndTime(ends)} UTC` }]),
  ];
  card.sections.push({ kind: "facts", facts });
  if (plan.guards.length > 0)
    card.sections.push({
      kind: "lines",
      title: "guards",
      lines: plan.guards.map(guardLine),
    });
  card.sections.push({
    kind: "lines",
    title: "what happened",
    lines: history.map(({ at, what, name, note }) => ({
      text: `${dayAndTime(at)} UTC ${what}${name === null ? "" : ` by ${name}`}${note === null || note === "" ? "" : `: ${note}`}`,
    })),
  });
  for (const { action, subject, diff } of plan.steps.slice(0, 20))
    card.sections.push({ kind: "code", title: `${action} ${subject}`, text: diff });
  if (plan.steps.length > 20) card.footer.push(`${count(plan.steps.length - 20, "object")} more`);
  card.again = `change ${id}`;
  return card;
}

export const guardLights: Readonly<Record<Guard["severity"], Light>> = { blocking: "bad", more_approvers: "warn", note: "info" };
/** A guard as cards show it. */
export const guardLine = ({ severity, text }: Guard): Line => ({ light: guardLights[severity], text });
