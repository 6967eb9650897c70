import type { Peer } from "./query.js";

const headings = ["PEER ADDRESS", "PEER TYPE", "STATE", "SINCE", "INFO"];
/** Characters of a cell before it goes on in another line. */
const limit = 30;

/** The sessions in a frame; long cells take several lines. */
export function peerTable(peers: readonly Peer[]): string {
  const texts = peers.map(({ address, type, state, since, info }) => [address, type, state, since, info]);
  const rows = texts.map((row) => row.map(wrapped));
  const widths = headings.map((heading, i) => Math.max(heading.length, ...texts.map((row) => widthOf(row[i] ?? ""))));
  const rule = `+${widths.map((width) => "-".repeat(width + 2)).join("+")}+\n`;
  const head = line(headings.map((heading, i) => centred(heading, widths[i] ?? 0)));
  return `${rule}${head}${rule}${rows.map((row) => lines(row, widths)).join("")}${rule}`;
}

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;

function lines(row: readonly (readonly string[])[], widths: readonly number[]): string {
  const height = Math.max(...row.map((cell) => cell.length));
  const at = (i: number): string => line(row.map((cell, column) => (cell[i] ?? "").padEnd(widths[column] ?? 0)));
  return Array.from({ length: height }, (_, i) => at(i)).join("");
}

function centred(text: string, width: number): string {
  const left = Math.floor((width - text.length) / 2);
  return (" ".repeat(left) + text).padEnd(width);
}

/** A text that must be broken takes the whole width, however its lines come out; a long word raises the limit. */
const widthOf = (text: string): number => Math.min(text.length, mostOf(text.split(" ")));
const mostOf = (words: readonly string[]): number => Math.max(limit, ...words.map((word) => word.length));

/** Breaks a text where its lines come out most even. */
function wrapped(text: string): string[] {
  const all = text.split(" ");
  const most = mostOf(all);
  const best = bestBreaks(all, most);
  const result: string[] = [];
  for (let from = 0; from < all.length; from = best[from] ?? all.length) result.push(all.slice(from, best[from]).join(" "));
  return result;
}

/** For each word that could start a line: the first word of the next one. */
function bestBreaks(words: readonly string[], most: number): number[] {
  const cost: number[] = [];
  const next: number[] = [];
  const width = (from: number, to: number): number => words.slice(from, to).join(" ").length;
  for (let from = words.length - 1; from >= 0; from--) {
    cost[from] = Number.POSITIVE_INFINITY;
    next[from] = words.length;
    if (width(from, words.length) <= most) {
      cost[from] = 0;
      continue;
    }
    for (let to = from + 1; to < words.length; to++) {
      const over = width(from, to) > most ? 100_000 : 0;
      const sum = (most - width(from, to)) ** 2 + (cost[to] ?? 0) + over;
      if (sum < (cost[from] ?? 0)) [cost[from], next[from]] = [sum, to];
    }
  }
  return next;
}
