import { oneLine } from "./plain.js";
import type { Column } from "./view.js";

const gap = "  ";
/** A column is never squeezed below this width. */
const narrowest = 6;

/** A table as lines of equal-width characters, headings first; columns are narrowed, the widest first, to fit `most` characters. */
export function grid(columns: readonly Column[], rows: readonly (readonly string[])[], most = Number.POSITIVE_INFINITY): string[] {
  const table = [columns.map((column) => oneLine(column.title)), ...rows.map((row) => columns.map((_, i) => oneLine(row[i] ?? "")))];
  const widths = columns.map((_, i) => Math.max(...table.map((row) => widthOf(row[i] ?? ""))));
  squeeze(widths, most);
  return table.map((row) => {
    const cells = row.map((cell, i) => padded(cell, widths[i] ?? 0, columns[i]?.align === "right"));
    return cells.join(gap).trimEnd();
  });
}

function squeeze(widths: number[], most: number): void {
  const total = (): number => widths.reduce((sum, width) => sum + width, gap.length * Math.max(0, widths.length - 1));
  while (total() > most) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) return;
    widths[widths.indexOf(widest)] = widest - 1;
  }
}

/** A cell of exactly this width. */
function padded(cell: string, width: number, right: boolean): string {
  const kept = clipped(cell, width);
  const blanks = " ".repeat(Math.max(0, width - widthOf(kept)));
  return right ? blanks + kept : kept + blanks;
}

function clipped(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let used = 1;
  for (const char of text) {
    used += widthOf(char);
    if (used > width) break;
    kept += char;
  }
  return `${kept}…`;
}

/** How many columns of a terminal a text takes: none for marks that combine, two for wide letters and pictures. */
export function widthOf(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let width = 0;
  for (const char of text) if (!combining.test(char)) width += wide.test(char) ? 2 : 1;
  return width;
}

/** Combining marks, which the selectors of picture variants are too, and joiners. */
const combining = /\p{Mn}|\p{Me}|\u200d/u;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
