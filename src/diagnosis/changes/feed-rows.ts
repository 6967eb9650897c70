import { csvRow } from "../../calico/effect/csv.js";
import { dayAndTime } from "../../contract/times.js";
import { stateWords } from "./about.js";
import type { Feed, FeedWrite } from "./feed.js";

const verbs = { create: "created", update: "changed", delete: "deleted" } as const;

/** Everything that changed, newest first: time, what, object, fields, by whom. */
export function feedRows({ watched, changes }: Feed): string[][] {
  const writes = watched?.writes ?? [];
  const seen = new Set(writes.flatMap(({ through }) => (through === null ? [] : [through.id])));
  const told = (changes ?? []).filter(({ id }) => !seen.has(id));
  const rows: [number, string[]][] = [
    ...writes.map((write): [number, string[]] => [write.at, rowOf(write, changes === null)]),
    ...told.map(({ id, who, at, state, steps }): [number, string[]] => [
      at,
      [
        dayAndTime(at),
        stateWords(state),
        steps.slice(0, 3).join(", ") + (steps.length > 3 ? ` and ${steps.length - 3} more` : ""),
        "-",
        `${who}, ${id}`,
      ],
    ]),
  ];
  return rows.toSorted(([a], [b]) => b - a).map(([, row]) => row);
}

function rowOf({ at, action, late, kind, name, fields, through }: FeedWrite, unknown: boolean): string[] {
  const nobody = unknown ? "not known" : "not through the bot";
  const by = through === null ? nobody : `${through.who}, ${through.id}`;
  return [`${late ? "before " : ""}${dayAndTime(at)}`, verbs[action], `${kind} ${name}`, fields.join(", ") || "-", by];
}

/** All rows, for a spreadsheet. */
export const rowsCsv = (rows: readonly (readonly string[])[]): string =>
  [["time_utc", "what", "object", "fields", "by"], ...rows].map(csvRow).join("");
