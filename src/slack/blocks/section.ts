import type { types } from "@slack/bolt";
import { grid } from "../../contract/grid.js";
import { oneLine, plain } from "../../contract/plain.js";
import type { Line, Section } from "../../contract/view.js";
import { mrkdwn, mrkdwnWithin } from "./escape.js";
import { asPreformatted, asSections, costOf, type Fitted, type Item, mrkdwnText, type Room } from "./fit.js";
import { emoji } from "./light.js";
import { limits } from "./limits.js";

type Of<K extends Section["kind"]> = Extract<Section, { kind: K }>;

/** As much of a section as there is room for. Only one table block is allowed in a message, so `table` says whether it is still free. */
export function fitSection(section: Section, room: Room, table: boolean): Fitted {
  if (section.kind === "lines") return asSections(titleOf(section), section.lines.map(lineOf), room);
  if (section.kind === "facts") return factsOf(section, room);
  if (section.kind === "table") return tableOf(section, room, table);
  return asPreformatted(titleOf(section), plain(section.text).replace(/\n+$/, "").split("\n"), room);
}

const most = { title: 300, line: 1200, detail: 1000, label: 100, value: 800 };
/** Facts with longer values are lines below each other, not fields beside each other. */
const shortValue = 120;
/** Slack has no indentation; a quote stays one thing also where its lines are broken. */
const quote = "> ";

function titleOf({ title }: Section): string | null {
  return title === undefined || oneLine(title) === "" ? null : `*${mrkdwnWithin(title, most.title)}*`;
}

function lineOf({ light, text, detail }: Line): Item {
  const mark = light === undefined ? "" : `${emoji[light]} `;
  const lines = [
    `${mark}${mrkdwnWithin(text, most.line)}` || "–",
    ...(detail ?? []).map((more) => `${quote}${mrkdwnWithin(more, most.detail)}`),
  ];
  const all = lines.length;
  while (lines.join("\n").length > limits.sectionText - most.title - 20) lines.pop();
  const whole = lines.length === all && fits(text, most.line) && (detail ?? []).every((more) => fits(more, most.detail));
  return { text: lines.join("\n"), whole };
}

const fits = (text: string, characters: number): boolean => mrkdwn(text).length <= characters;

function factsOf(section: Of<"facts">, room: Room): Fitted {
  const facts = section.facts.map(({ label, value, light }) => ({
    label: `*${mrkdwnWithin(label, most.label) || "–"}*`,
    value: `${light === undefined ? "" : `${emoji[light]} `}${mrkdwnWithin(value, most.value) || "–"}`,
    whole: fits(label, most.label) && fits(value, most.value),
  }));
  const title = titleOf(section);
  if (facts.length > 0 && facts.length <= limits.fields && facts.every((fact) => fact.whole && fact.value.length <= shortValue)) {
    const fields = facts.map(({ label, value }) => mrkdwnText(`${label}\n${value}`));
    const block: types.SectionBlock = { type: "section", ...(title === null ? {} : { text: mrkdwnText(title) }), fields };
    if (room.blocks >= 1 && costOf(block) <= room.characters) return { blocks: [block], left: 0 };
  }
  return asSections(
    title,
    facts.map(({ label, value, whole }) => ({ text: `${label}  ${value}`, whole })),
    room,
  );
}

function tableOf(section: Of<"table">, room: Room, free: boolean): Fitted {
  const { rows, columns } = section;
  const title = titleOf(section);
  if (rows.length === 0 || columns.length === 0) return asSections(title, [{ text: "none", whole: true }], room);
  if (free && rows.length < limits.tableRows && columns.length <= limits.tableColumns) {
    const block = tableBlock(section);
    const blocks: types.KnownBlock[] = title === null ? [block] : [{ type: "section", text: mrkdwnText(title) }, block];
    const enough = blocks.length <= room.blocks && costOf(blocks) <= room.characters && costOf(block) <= limits.tableCharacters;
    if (enough) return { blocks, left: 0 };
  }
  return tableAsText(section, title, room);
}

function tableAsText({ columns, rows }: Of<"table">, title: string | null, room: Room): Fitted {
  // A row takes two characters at least; what cannot fit need not be laid out.
  const lines = grid(columns, rows.slice(0, Math.ceil(room.characters / 2)), widest);
  const { blocks, left } = asPreformatted(title, lines, room);
  const shown = lines.length - 1 - left;
  // A heading over nothing says nothing.
  return shown > 0 ? { blocks, left: rows.length - shown } : { blocks: [], left: rows.length };
}

/** Lines of preformatted text that Slack's desktop window shows without breaking them. */
const widest = 110;

function tableBlock({ columns, rows }: Of<"table">): types.TableBlock {
  const cell = (text: string): types.RawTextElement => ({ type: "raw_text", text: oneLine(text) || " " });
  return {
    type: "table",
    column_settings: columns.slice(0, limits.tableColumns).map(({ align }) => ({ align: align ?? "left" })),
    rows: [columns.map((column) => cell(column.title)), ...rows.map((row) => columns.map((_, i) => cell(row[i] ?? "")))],
  };
}
