import type { Guard, Step } from "../contract/plan.js";
import { type Light, type Line, type View, view, worst } from "../contract/view.js";
import { guardLights, guardLine } from "../diagnosis/changes/about.js";
import { attach, lineOf } from "../diagnosis/preview/preview-card.js";
import { ago, count } from "../diagnosis/say.js";
import type { Seen } from "./define.js";
import type { Planned } from "./planned.js";

/** Groups of connections said in words; the table has the others. */
const inWords = 5;
/** Objects whose lines are shown. */
const mostDiffs = 20;

/**
 * The card that people decide by: what a change does to traffic, in which order it comes, what speaks against it, and the way back.
 * `lead` says in people's words what is done, where the command's name does.
 */
export function changeCard(planned: Planned, { job }: Pick<Seen, "job">, args: Readonly<Record<string, unknown>>, lead = ""): View {
  const { cluster, steps, effect, revision, origin, undoes } = planned;
  const dry = args["dry-run"] === true;
  const [first, ...others] = steps.map((step) => stepText(step, planned.guards));
  const card = view(lightOf(planned), `${cluster}: ${dry ? "dry run: " : ""}${lead === "" ? "" : `${lead}: `}${headline(planned)}`);
  if (first !== undefined) card.verdict.detail = others.length > 0 ? `${first} (and ${count(others.length, "object")} more)` : first;
  if (others.length > 0) card.sections.push({ kind: "lines", title: "All of it", lines: [first ?? "", ...others].slice(0, 12).map(line) });
  const guards = planned.guards.filter((guard) => !isLanding(guard, steps) && !isLifeline(guard));
  if (guards.length > 0) card.sections.push({ kind: "lines", title: "Before you do it", lines: guards.slice(0, 20).map(guardLine) });
  card.sections.push(...trafficSections(planned));
  if (steps.length > 0) card.sections.push({ kind: "lines", lines: wayBack(planned) });
  for (const { action, subject, diff } of steps.slice(0, mostDiffs))
    card.sections.push({ kind: "code", title: `${action} ${subject}`, text: diff });
  if (effect) attach(card, effect);
  if (origin !== null) card.footer.push(`from ${origin}`);
  if (undoes !== null) card.footer.push(`undoes ${undoes}`);
  card.footer.push(`compared with etcd revision ${revision}${dry ? "; nothing was applied" : ""}`);
  if (job !== null) card.actions.push({ label: "Raw", line: `raw ${job}` });
  return card;
}

const line = (text: string): Line => ({ text });

function lightOf({ steps, guards, effect, unknown }: Planned): Light {
  const traffic = effect?.count ?? { gained: 0, lost: 0, uncertain: 0 };
  const risky = effect?.rows.some(({ risks }) => risks.length > 0) === true;
  const judged: Light = risky ? "bad" : traffic.lost + traffic.gained > 0 ? "warn" : traffic.uncertain > 0 ? "unknown" : "ok";
  const light = worst([...guards.map(({ severity }) => guardLights[severity]), judged, ...(unknown === null ? [] : ["unknown" as const])]);
  return steps.length === 0 || light === "info"
    ? worst(["ok", ...guards.flatMap(({ severity }) => (severity === "blocking" ? ["bad" as const] : []))])
    : light;
}

/** What it does to traffic and how big that is, then how much of it is in doubt or refused. */
function headline({ steps, traffic, unknown, guards, unchanged }: Planned): string {
  const blocks = guards.filter(({ severity }) => severity === "blocking").length;
  if (steps.length === 0)
    return `nothing to do: ${count(unchanged.length, "object")} as wanted already${blocks > 0 ? `; ${blocks} blocking` : ""}`;
  return `${traffic?.text ?? `effect unknown: ${unknown ?? "it was not computed"}`}; ${blocks} blocking`;
}

/** Where a policy lands is said in the line of its step. */
const tellsOf =
  ({ subject }: Pick<Step, "subject">) =>
  ({ severity, text }: Guard): boolean =>
    severity === "note" && text.includes(" → ") && text.startsWith(`${subject}, `);
const isLanding = (guard: Guard, steps: readonly Step[]): boolean => steps.some((step) => tellsOf(step)(guard));
const isLandingWarning = (text: string): boolean => text.endsWith("comes before the security groups");
const isLifeline = ({ severity, text }: Guard): boolean => severity === "note" && text.startsWith("lifeline ");

const stepText = (step: Step, guards: readonly Guard[]): string => `${step.action} ${guards.find(tellsOf(step))?.text ?? step.subject}`;

function trafficSections({ effect, guards }: Planned): View["sections"] {
  const lifeline = guards.find(isLifeline);
  const still: Line[] = [
    ...(lifeline === undefined ? [] : [{ text: lifeline.text }]),
    ...(effect !== null && effect.count.lost > 0 ? [{ text: "open flows are NOT cut: only new connections are dropped" }] : []),
  ];
  if (effect === null) return still.length > 0 ? [{ kind: "lines", lines: still }] : [];
  const { rows, count: number, endpoints, warnings, doubts, troubles } = effect;
  const total = number.gained + number.lost + number.uncertain;
  const more = total - Math.min(total, inWords);
  const shown: Line[] = [
    ...rows.slice(0, inWords).map(lineOf),
    ...(more > 0
      ? [{ text: `… ${more.toLocaleString("en-US")} more${total > rows.length ? `, the first ${rows.length} of them` : ""} in the table` }]
      : []),
  ];
  const said = new Set(guards.map(({ text }) => text));
  const notes = [
    ...warnings.filter((text) => !said.has(text) && !isLandingWarning(text)),
    ...doubts.map((text) => `${text}; calicoctl decides`),
    ...troubles,
  ];
  const come = endpoints.map(({ kind, endpoint }) => ({ text: `${endpoint} ${kind === "appeared" ? "would appear" : "would vanish"}` }));
  return [
    ...(shown.length > 0 ? [{ kind: "lines" as const, title: "Traffic", lines: shown }] : []),
    ...(come.length > 0
      ? [{ kind: "lines" as const, title: "Endpoints that only one side has; their connections are not compared", lines: come }]
      : []),
    ...(notes.length > 0
      ? [{ kind: "lines" as const, title: "To be looked at", lines: notes.map((text): Line => ({ light: "warn", text })) }]
      : []),
    ...(still.length > 0 ? [{ kind: "lines" as const, lines: still }] : []),
  ];
}

const undoing = { create: "delete", update: "put the old one back", delete: "create it again" } as const;

/** How it is undone, how it ends, and how grave it is. */
function wayBack({ steps, terms, severity, because, guards }: Planned): Line[] {
  const ways = [...new Set(steps.map(({ action }) => undoing[action]))].join(", ");
  const span = ago(terms.window);
  // What stands among the guards is not said twice.
  const reasons = because.filter((why) => !guards.some(({ text }) => text === why));
  const end = {
    expiry: `it ends by itself ${span} after it is applied`,
    stays: `it stays unless somebody reverts it within ${span}`,
    revert: `it is put back ${span} after it is applied unless somebody keeps it`,
  }[terms.ends];
  return [
    { text: `undo: ${ways} (ready); ${end}` },
    { text: `${severity} severity: ${reasons.slice(0, 3).join("; ") || "what is said above"}` },
  ];
}
