import { widthOf } from "../contract/grid.js";

/**
 * Breaks a text at blanks into lines of at most `width` columns. All but the first are indented by `hang`; the first has room for a mark
 * of that width before it. A word longer than a line stays whole: an address that is broken cannot be copied.
 */
export function wrapped(text: string, width: number, hang: number): string[] {
  const room = Math.max(10, width - hang);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((one, i) => (i === 0 ? one : `${" ".repeat(hang)}${one}`));
}
