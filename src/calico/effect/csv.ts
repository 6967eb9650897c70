import type { Change } from "./report.js";

const columns: readonly [string, (change: Change) => string][] = [
  ["change", ({ kind }) => kind],
  ["from", ({ from }) => from.text],
  ["to", ({ to }) => to.text],
  ["services", ({ services }) => services],
  ["risks", ({ risks }) => risks.map(({ text }) => text).join("; ")],
  ["uncertain because", ({ reasons }) => reasons.join("; ")],
  ["src", ({ witness }) => witness.src],
  ["dst", ({ witness }) => witness.dst],
  ["protocol", ({ witness }) => witness.protocol],
  ["port", ({ witness }) => String(witness.dstPort ?? "")],
  ["before", ({ witness }) => witness.before],
  ["after", ({ witness }) => witness.after],
];

/** Changes as a table for spreadsheets, with a line of headings. */
export const changesCsv = (changes: readonly Change[]): string =>
  [columns.map(([name]) => name), ...changes.map((change) => columns.map(([, cell]) => cell(change)))].map(csvRow).join("");

/** A line of a table for spreadsheets. */
export const csvRow = (cells: readonly string[]): string => `${cells.map(quoted).join(",")}\r\n`;

/** Names come from users: none may be taken for a formula. */
function quoted(cell: string): string {
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return `"${harmless.replaceAll('"', '""')}"`;
}
