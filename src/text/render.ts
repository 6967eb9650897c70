import { grid } from "../contract/grid.js";
import { oneLine, plain } from "../contract/plain.js";
import type { Light, Section, View } from "../contract/view.js";
import { type Paint, painter } from "./paint.js";
import { wrapped } from "./wrap.js";

export interface TextOptions {
  /** ANSI colours; false = not one escape sequence. */
  color: boolean;
  /** Columns of the terminal. */
  width: number;
}

interface Page {
  paint: Paint;
  width: number;
}

/** A view for the terminal. Ends with a line break. */
export function renderText(view: View, { color, width }: TextOptions): string {
  const page: Page = { paint: painter(color), width: Math.max(20, width) };
  const parts = [head(view, page), ...view.sections.map((section) => body(section, page)), foot(view, page), next(view, page)];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** Five characters each, so that texts stand below each other. Readable without colour. */
const marks: Readonly<Record<Light, string>> = { bad: "BAD  ", warn: "WARN ", unknown: "?    ", info: "-    ", ok: "ok   " };
const noMark = "     ";

function head({ verdict }: View, { paint, width }: Page): string[] {
  const [first = "", ...rest] = wrapped(oneLine(verdict.text), width, noMark.length);
  const lines = [`${paint.light(verdict.light, marks[verdict.light])}${paint.bold(first)}`, ...rest.map((line) => paint.bold(line))];
  if (verdict.detail === undefined || oneLine(verdict.detail) === "") return lines;
  return [...lines, ...indented(oneLine(verdict.detail), width, noMark.length)];
}

function body(section: Section, page: Page): string[] {
  const title = section.title === undefined ? [] : [page.paint.bold(oneLine(section.title))];
  return [...title, ...contentOf(section, page)];
}

function contentOf(section: Section, page: Page): string[] {
  if (section.kind === "lines") return linesOf(section, page);
  if (section.kind === "facts") return factsOf(section, page);
  if (section.kind === "table") return tableOf(section, page);
  const text = plain(section.text).replace(/\n+$/, "");
  return text.split("\n").map((line) => `  ${line}`);
}

function linesOf({ lines }: Extract<Section, { kind: "lines" }>, { paint, width }: Page): string[] {
  return lines.flatMap(({ light, text, detail }) => {
    const [first = "", ...rest] = wrapped(oneLine(text), width, noMark.length);
    const mark = light === undefined ? noMark : paint.light(light, marks[light]);
    return [`${mark}${first}`, ...rest, ...(detail ?? []).flatMap((more) => indented(oneLine(more), width, noMark.length + 2))];
  });
}

function factsOf({ facts }: Extract<Section, { kind: "facts" }>, { paint, width }: Page): string[] {
  const labels = grid(
    [{ title: "" }],
    facts.map((fact) => [fact.label]),
    Math.floor(width / 2),
  ).slice(1);
  const wide = Math.max(0, ...labels.map((label) => label.length));
  return facts.flatMap(({ value, light }, i) => {
    const hang = noMark.length + wide + 2;
    const [first = "", ...rest] = wrapped(oneLine(value), width, hang);
    const mark = light === undefined ? noMark : paint.light(light, marks[light]);
    return [`${mark}${paint.dim((labels[i] ?? "").padEnd(wide))}  ${first}`, ...rest];
  });
}

function tableOf({ columns, rows }: Extract<Section, { kind: "table" }>, { paint, width }: Page): string[] {
  if (rows.length === 0) return ["  (none)"];
  const [heading = "", ...lines] = grid(columns, rows, width - 2);
  return [`  ${paint.dim(heading)}`, ...lines.map((line) => `  ${line}`)];
}

function foot(view: View, { paint, width }: Page): string[] {
  return view.footer.flatMap((line) => wrapped(oneLine(line), width, 0)).map((line) => paint.dim(line));
}

/** What could be typed next: each button as the command that it stands for. */
function next({ actions, again }: View, { paint }: Page): string[] {
  const lines = actions.map(({ label, line }) => `next: ${command(line)}  ${paint.dim(`# ${oneLine(label)}`)}`);
  if (again === undefined || actions.some((action) => action.line === again)) return lines;
  return [...lines, `again: ${command(again)}`];
}

const command = (line: string): string => `calico-chatops run '${oneLine(line).replaceAll("'", String.raw`'\''`)}'`;

function indented(text: string, width: number, by: number): string[] {
  const [first = "", ...rest] = wrapped(text, width, by);
  return [`${" ".repeat(by)}${first}`, ...rest];
}
