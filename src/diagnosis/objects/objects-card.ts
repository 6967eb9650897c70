import { type Section, type View, view } from "../../contract/view.js";
import { asOf } from "../as-of.js";
import { count, list } from "../say.js";
import type { ManyObjects, ObjectsAnswer, OneObject } from "./answer.js";

/** One object as YAML, or a table with what has no row counted below it. */
export function objectsCard(answer: ObjectsAnswer): View {
  const card = answer.shape === "one" ? oneCard(answer) : manyCard(answer);
  card.footer.push(`${asOf(answer)}, read from etcd`);
  return card;
}

function oneCard({ cluster, kind, name, namespace, modified, readable, text, notes }: OneObject): View {
  const place = namespace === null ? name : `${namespace}/${name}`;
  const lines = text.trimEnd().split("\n").length;
  const card = readable
    ? view("info", `${cluster}: ${kind} \`${place}\`, ${count(lines, "line")}`, `last changed at etcd revision ${modified}`)
    : view(
        "warn",
        `${cluster}: ${kind} \`${place}\` is no object that can be read`,
        "shown as it is stored; calicoctl and felix cannot read it either",
      );
  card.sections.push(...notesOf(notes), { kind: "code", text });
  return card;
}

function manyCard(answer: ManyObjects): View {
  const { cluster, kind, total, asked, rows, groups, unreadable } = answer;
  const what = kind === "object" ? count(total, "object") : count(total, kind, plural(kind));
  const bad = unreadable.length;
  const card = view(
    bad > 0 ? "warn" : "info",
    `${cluster}: ${what}${asked === "" ? "" : ` ${asked}`}${bad > 0 ? `, ${bad} unreadable` : ""}`,
    second(answer),
  );
  card.sections.push(...notesOf(answer.notes));
  if (bad > 0) card.sections.push({ kind: "lines", title: "cannot be read", lines: [{ light: "warn", text: list(unreadable, 5) }] });
  if (rows.length > 0) card.sections.push(tableOf(answer));
  if (groups.length > 0)
    card.sections.push({ kind: "facts", title: rows.length > 0 ? "and without a row" : "by host", facts: groups.map(fact) });
  card.actions.push(...answer.narrower.map((line) => ({ label: line.split(" ").slice(2).join(" ") || line, line })));
  return card;
}

const fact = ({ what, count: n }: ManyObjects["groups"][number]) => ({ label: what, value: n.toLocaleString("en-US") });

/** As people say it, not as the key has it. */
export const plural = (kind: string): string => (kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`);

function second({ total, rows, narrower }: ManyObjects): string {
  if (total === 0) return "none is stored";
  if (narrower.length === 0) return rows.length === total ? "all are shown" : `${rows.length} shown`;
  return `${rows.length} shown; the rest with ${narrower.map((line) => `\`${line}\``).join(" or ")}`;
}

function tableOf({ columns, rows }: ManyObjects): Section {
  return {
    kind: "table",
    columns: columns.map(({ title, align }) => (align ? { title, align } : { title })),
    rows: rows.map((row) => row.map(short)),
  };
}

/** A cell that is not read any more when it is longer: the whole value is in the object's YAML. */
const widest = 160;
const short = (cell: string): string => (cell.length <= widest ? cell : `${cell.slice(0, widest - 1)}…`);

function notesOf(notes: readonly string[]): Section[] {
  return notes.length === 0 ? [] : [{ kind: "lines", title: "worth knowing", lines: notes.map((text) => ({ text })) }];
}
