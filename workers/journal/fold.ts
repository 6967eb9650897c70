import type { Freeze } from "../../src/contract/change.js";
import type { Entry, NewEntry } from "./entry.js";
import { type ChangeRecord, isOpen, type Mark } from "./record.js";

/** All that the journal says. */
export interface JournalState {
  /** In the order in which they were claimed. */
  changes: Map<string, ChangeRecord>;
  /** Ids that count no more, by when they may be forgotten. */
  used: Map<string, number>;
  /** The newest word about freezing; null = none. */
  freeze: Freeze | null;
}

export const nothing = (): JournalState => ({ changes: new Map(), used: new Map(), freeze: null });

/** Takes one entry in. Throws when it cannot follow what came before. */
export function fold(state: JournalState, entry: Entry): void {
  for (const { id, until } of entry.used) state.used.set(id, until);
  if (entry.t === "used") return;
  if (entry.t === "freeze") state.freeze = entry.freeze;
  else if (entry.t === "claimed") claim(state, entry);
  else foldInto(recordOf(state, entry.t === "news" ? entry.news.change : entry.change), entry);
}

const untouched: Mark = { state: "none", revision: null, note: null, at: 0 };

function claim(state: JournalState, { plan, emergency, at }: Extract<Entry, { t: "claimed" }>): void {
  if (state.changes.has(plan.id)) throw new Error(`change ${plan.id} is claimed twice`);
  const steps = plan.steps.map(() => ({ apply: untouched, back: untouched }));
  state.changes.set(plan.id, { plan, emergency, claimed: at, deadline: null, before: [], steps, ending: null, news: null });
}

function recordOf({ changes }: JournalState, id: string): ChangeRecord {
  const record = changes.get(id);
  if (record === undefined) throw new Error(`change ${id} was never claimed`);
  return record;
}

function foldInto(record: ChangeRecord, entry: Exclude<Entry, { t: "used" | "freeze" | "claimed" }>): void {
  if (entry.t === "armed") Object.assign(record, { deadline: entry.deadline, before: entry.before });
  else if (entry.t === "ending") record.ending = entry.ending;
  else if (entry.t === "news") {
    record.news = entry.news;
    record.deadline = entry.deadline ?? record.deadline;
  } else mark(record, entry);
}

function mark(record: ChangeRecord, entry: Extract<Entry, { t: "intent" | "result" }>): void {
  const marks = record.steps[entry.step];
  if (marks === undefined) throw new Error(`change ${record.plan.id} has no step ${entry.step}`);
  const { at } = entry;
  const made: Mark =
    entry.t === "intent"
      ? { state: "intent", revision: null, note: null, at }
      : { state: entry.fate, revision: entry.revision, note: entry.note, at };
  record.steps[entry.step] = { ...marks, [entry.way]: made };
}

/** Closed changes that are kept, for whoever wants one undone. */
const closedKept = 200;

/** Leaves out ids that nobody can come with any more, and all but the newest closed changes. */
export function forget({ changes, used }: JournalState, now: number): void {
  for (const [id, until] of used) if (until <= now) used.delete(id);
  const closed = [...changes.values()].filter((record) => !isOpen(record));
  for (const { plan } of closed.slice(0, Math.max(0, closed.length - closedKept))) changes.delete(plan.id);
}

/** The fewest entries that say the same. */
export function shortened({ changes, used, freeze }: JournalState, now: number): NewEntry[] {
  return [
    { t: "used", at: now, used: [...used].map(([id, until]) => ({ id, until })) },
    ...(freeze === null ? [] : [{ t: "freeze" as const, at: freeze.at, freeze }]),
    ...[...changes.values()].flatMap(entriesOf),
  ];
}

function entriesOf({ plan, emergency, claimed, deadline, before, steps, ending, news }: ChangeRecord): NewEntry[] {
  const of = { change: plan.id, at: claimed };
  const marks = steps.flatMap((marks, step) =>
    (["apply", "back"] as const).flatMap((way): NewEntry[] => {
      const { state, at, revision, note } = marks[way];
      if (state === "none") return [];
      const place = { ...of, at, step, way };
      return [state === "intent" ? { t: "intent", ...place } : { t: "result", ...place, fate: state, revision, note }];
    }),
  );
  return [
    { t: "claimed", at: claimed, plan, emergency },
    ...(deadline === null ? [] : [{ t: "armed" as const, ...of, deadline, before: [...before] }]),
    ...marks,
    ...(ending === null ? [] : [{ t: "ending" as const, ...of, ending }]),
    ...(news === null ? [] : [{ t: "news" as const, at: news.at, news }]),
  ];
}
