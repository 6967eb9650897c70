import { type Change, planOf } from "../../approvals/record.js";
import { type Actor, actorId } from "../../contract/actor.js";
import { timeOfDay } from "../../contract/times.js";
import { type Light, type View, view } from "../../contract/view.js";
import type { Context } from "../context.js";
import { load } from "../deliver.js";
import { keys, type RequestRecord, recordLife } from "../record.js";
import { tryToShow } from "../show.js";

/** What is said beside the card, and to whom: people are called where they have something to do, or where what they asked for came to its end. */
interface Note {
  /** Said once under this key. */
  key: string;
  light: Light;
  text: string;
  detail: string;
  to: "approvers" | "requester";
}

/** Says what the last move means for people, in the thread of the card. Once, however often it is called. */
export async function tell(context: Context, change: Change): Promise<void> {
  const note = noteOf(change);
  if (note !== null) await say(context, change, note);
}

/** Reminds those who can vote, once. */
export const remind = (context: Context, change: Change): Promise<void> =>
  say(context, change, {
    key: "reminder",
    light: "warn",
    text: `${change.id} still waits for approval`,
    detail: `${planOf(change).line} · expires at ${timeOfDay(planOf(change).expires)} UTC`,
    to: "approvers",
  });

/** Some minutes before something that was asked for until then ends by itself. */
export const announceEnd = (context: Context, change: Change, ends: number): Promise<void> =>
  say(context, change, {
    key: `ending-${ends}`,
    light: "info",
    text: `${change.id} ends at ${timeOfDay(ends)} UTC by itself`,
    detail: `${planOf(change).line} · \`extend ${change.id} 1h\` keeps it for longer`,
    to: "requester",
  });

function noteOf(change: Change): Note | null {
  const { id, state, news } = change;
  const { line, terms } = planOf(change);
  const last = change.history.at(-1);
  const why = last?.note ?? "";
  const to = "requester" as const;
  if (state === "proposed")
    return change.votes.length > 0
      ? null
      : {
          key: "ask",
          light: "warn",
          text: `${id} needs ${terms.approvers} ${terms.approvers === 1 ? "approval" : "approvals"}`,
          detail: line,
          to: "approvers",
        };
  if (state === "applied") {
    const ends = news?.ends ?? null;
    const at = ends === null ? "" : `${timeOfDay(ends)} UTC`;
    const ways = {
      expiry: `ends at ${at}`,
      stays: `kept at ${at} unless somebody reverts it`,
      revert: `put back at ${at} unless somebody keeps it`,
    };
    const end = ends === null ? "it stays" : ways[terms.ends];
    return { key: "applied", light: "ok", text: `${id} is applied; ${end}`, detail: line, to };
  }
  const bad: Partial<Record<Change["state"], [Light, string]>> = {
    rejected: ["info", "was rejected"],
    expired: ["info", "expired without its votes"],
    stale: ["warn", "was not applied: it no longer fits"],
    failed: ["bad", "was not applied"],
    partly: ["bad", "was applied in part"],
    uncertain: ["bad", "may be applied or not: the worker is finding out"],
    reverted: ["warn", terms.ends === "expiry" ? "has ended" : "was put back"],
    revert_conflict: ["bad", "could not be put back whole"],
  };
  const [light, what] = bad[state] ?? [];
  return light === undefined ? null : { key: state, light, text: `${id} ${what}`, detail: why === "" ? line : `${why} · ${line}`, to };
}

async function say(context: Context, change: Change, note: Note): Promise<void> {
  const { channel, thread } = change.place;
  if (channel === null) return;
  const plan = planOf(change);
  const id = `note-${change.id}-${note.key.replaceAll("_", "-")}`;
  const card = await load(context, change.request);
  const record: RequestRecord = {
    ...blank,
    id,
    actor: plan.requester,
    place: {
      kind: "slack",
      channel,
      thread: thread ?? card?.delivered?.posted?.ts ?? null,
      user: plan.requester.kind === "slack" ? plan.requester.user : "",
      responseUrl: null,
      replaces: null,
    },
    line: plan.line,
    started: context.now(),
    show: viewOf(context, change, note),
  };
  const key = keys.request(id);
  const text = context.vault.seal(key, record);
  const mine = await context.state.move(
    [{ key, absent: true }],
    [
      { set: key, value: text, ttl: recordLife },
      { rank: keys.outbox(context.replyTo), member: id, at: context.now() + 5000 },
    ],
  );
  if (mine) await tryToShow(context, id, { taker: "new" });
}

const blank = {
  via: "schedule" as const,
  command: "",
  words: [],
  detail: "full" as const,
  onlyFor: false,
  private: false,
  document: null,
  change: null,
  jobs: [],
  missing: [],
  leftOut: [],
};

function viewOf(context: Context, change: Change, note: Note): View {
  const { requester } = planOf(change);
  const card = view(note.light, note.text, note.detail);
  card.mentions =
    note.to === "requester" ? idsOf(requester) : context.approvers(change.cluster).filter((id) => !idsOf(requester).includes(id));
  card.actions = [{ label: "Show", line: `change ${change.id}` }];
  return card;
}

const idsOf = (actor: Actor): string[] =>
  actor.kind === "slack" ? [actor.user] : actorId(actor).startsWith("schedule:") ? [actorId(actor).slice(9)] : [];
