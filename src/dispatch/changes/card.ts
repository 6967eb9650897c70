import { type Change, planOf, votesOf } from "../../approvals/record.js";
import { approvals } from "../../approvals/truth.js";
import { voteActions } from "../../command/vote-actions.js";
import { actorName } from "../../contract/actor.js";
import type { Vote } from "../../contract/change.js";
import type { Plan } from "../../contract/plan.js";
import { timeOfDay } from "../../contract/times.js";
import type { Action, Light, Line, View } from "../../contract/view.js";

/** The card of a change: what its plan says, and where it stands. */
export function changeCard(change: Change, plan: View): View {
  const standing = standingOf(change, plan.verdict.text);
  const card: View = {
    ...plan,
    verdict: { light: standing.light ?? plan.verdict.light, text: `${change.id} ${standing.text}`, detail: standing.detail },
    sections: [...progressOf(change), ...(standing.brief ? [] : plan.sections)],
    footer: [...plan.footer, ...historyOf(change)],
    actions: [...buttonsOf(change, plan.verdict.text), ...plan.actions.filter(({ line }) => line.startsWith("raw "))],
  };
  // The line without its document repeats nothing, and a change is not repeated by a click.
  delete card.again;
  if (standing.brief) {
    delete card.picture;
    delete card.csv;
  }
  return card;
}

interface Standing {
  light?: Light;
  text: string;
  detail: string;
  /** The plan itself is history by now. */
  brief: boolean;
}

type Say = (change: Change, plan: Plan, told: string) => Standing;

const ended =
  (light: Light, word: string): Say =>
  (change, _plan, told) => ({ light, text: `${word}: ${told}`, detail: lastOf(change), brief: true });

const says: Readonly<Record<Change["state"], Say>> = {
  proposed: (change, plan, told) => ({ text: told, detail: `${askedBy(change)} · ${needs(change, plan)}`, brief: false }),
  approved: (change, _plan, told) => ({ text: `approved: ${told}`, detail: `${lastOf(change)} · the worker takes it`, brief: false }),
  running: (change, _plan, told) => ({ light: "info", text: `is being applied: ${told}`, detail: lastOf(change), brief: false }),
  applied: (change, plan, told) => ({
    light: watchLight(change),
    text: `applied ${timeOf(change)}: ${told}`,
    detail: untilEnd(change, plan),
    brief: false,
  }),
  keep_requested: (change, plan, told) => ({
    light: "info",
    text: `keep requested: ${told}`,
    detail: `the worker has not confirmed it yet · ${untilEnd(change, plan)}`,
    brief: false,
  }),
  kept: ended("ok", "kept"),
  reverted: ended("ok", "put back"),
  revert_conflict: ended("bad", "could not be put back whole"),
  rejected: ended("info", "rejected"),
  withdrawn: ended("info", "withdrawn"),
  expired: ended("info", "expired without its votes"),
  stale: ended("warn", "no longer fits"),
  cancelled: ended("info", "cancelled"),
  partly: ended("bad", "applied in part"),
  failed: ended("bad", "not applied"),
  uncertain: (change, _plan, told) => ({
    light: "bad",
    text: `may be applied or not: ${told}`,
    detail: `${lastOf(change)} · the worker finds out as soon as etcd answers`,
    brief: false,
  }),
};

const standingOf = (change: Change, told: string): Standing => says[change.state](change, planOf(change), told);

const askedBy = ({ requesterName }: Change): string => `by ${requesterName}`;

/** `needs 1 of 2 votes more, not the requester's · expires 15:20:00 UTC`. */
function needs(change: Change, { terms, expires, severity }: Plan): string {
  const given = approvals(change);
  const left = Math.max(0, terms.approvers - given);
  const of = given === 0 ? "" : ` (${given} of ${terms.approvers} given)`;
  const whose = terms.self ? "the requester's counts" : "not the requester's";
  return `${severity} severity: needs ${left} ${left === 1 ? "approval" : "approvals"}${of}, ${whose} · expires ${timeOfDay(expires)} UTC`;
}

function lastOf({ history }: Change): string {
  const last = history.at(-1);
  if (last === undefined) return "";
  const note = last.note === null || last.note === "" ? "" : `: ${last.note}`;
  return `${last.what}${last.name === null ? "" : ` by ${last.name}`} at ${timeOfDay(last.at)} UTC${note}`;
}

const timeOf = ({ news }: Change): string => (news === null ? "" : `${timeOfDay(news.at)} UTC`);

function watchLight({ news }: Change): Light {
  const worse = (news?.inForce?.missing.length ?? 0) > 0 || (news?.watched?.inside.length ?? 0) > 0;
  const lost = news?.watched?.canaries;
  return worse || (lost && lost.now < lost.before) ? "warn" : "ok";
}

function untilEnd({ news }: Change, { terms }: Plan): string {
  const ends = news?.ends ?? null;
  if (ends === null) return "it stays";
  const end = `${timeOfDay(ends)} UTC`;
  if (terms.ends === "stays") return `kept at ${end} unless somebody reverts it`;
  return terms.ends === "expiry" ? `ends at ${end} by itself` : `put back at ${end} unless somebody keeps it`;
}

/** What became of the objects, whether it is in force, what is watched. */
function progressOf({ news, state }: Change): View["sections"] {
  if (news === null) return [];
  const lines: Line[] = [];
  const { inForce, watched, objects } = news;
  if (inForce !== null && state === "applied")
    lines.push(
      inForce.missing.length === 0
        ? { light: "ok", text: `in force on ${inForce.hosts} of ${inForce.hosts} hosts` }
        : {
            light: "warn",
            text: `applied, not in force on ${inForce.missing.length} of ${inForce.hosts} hosts: ${inForce.missing.slice(0, 5).join(", ")}`,
          },
    );
  if (watched?.canaries) {
    const { now, before, of } = watched.canaries;
    lines.push({ light: now < before ? "warn" : "ok", text: `canaries: ${now} of ${of} answer, ${before} did before` });
  }
  for (const text of watched?.inside ?? []) lines.push({ light: "warn", text });
  for (const text of watched?.outside ?? []) lines.push({ light: "bad", text: `outside of its scope: ${text}` });
  for (const { subject, fate, note } of objects)
    if (!["applied", "untouched"].includes(fate) || note !== null)
      lines.push({ light: fates[fate], text: `${subject}: ${said[fate]}${note === null ? "" : `, ${note}`}` });
  return lines.length === 0 ? [] : [{ kind: "lines", title: "since then", lines }];
}

type FateName = NonNullable<Change["news"]>["objects"][number]["fate"];
const fates: Readonly<Record<FateName, Light>> = {
  applied: "ok",
  put_back: "ok",
  untouched: "info",
  conflict: "bad",
  unknown: "unknown",
  failed: "bad",
};
const said: Readonly<Record<FateName, string>> = {
  applied: "applied",
  put_back: "put back",
  untouched: "not touched",
  conflict: "somebody else changed it; it was left as it is",
  unknown: "nobody knows yet",
  failed: "failed",
};

/** Who voted, in order. */
function historyOf(change: Change): string[] {
  const votes = votesOf(change).map(voteLine);
  return votes.length === 0 ? [] : [votes.join(" · ")];
}

const voteLine = (vote: Vote): string =>
  `${vote.verdict === "approve" ? "approved" : "rejected"} by ${actorName(vote.voter)} at ${timeOfDay(vote.at)} UTC`;

/** What can be pressed now. The digest in a vote's line is that of the plan on this very card. */
function buttonsOf(change: Change, told: string): Action[] {
  const { id, state } = change;
  if (state === "proposed") return [...voteActions(planOf(change), told), { label: "Withdraw", line: `withdraw ${id}` }];
  if (state === "approved") return [{ label: "Withdraw", line: `withdraw ${id}` }];
  const revert: Action = {
    label: "Revert now",
    line: `revert ${id}`,
    style: "danger",
    confirm: { title: `Put ${id} back?`, text: `undoes: ${told}`, yes: "Revert" },
  };
  if (state === "applied")
    return [{ label: "Keep", line: `keep ${id}`, style: "primary" }, revert, { label: "+10 min", line: `extend ${id} 10m` }];
  if (state === "keep_requested") return [revert];
  if (state === "expired" || state === "stale") return [{ label: "Plan again", line: `replan ${id}` }];
  if (state === "kept") return [{ label: "Roll back…", line: `rollback ${id} --cluster ${change.cluster}` }];
  return [];
}
