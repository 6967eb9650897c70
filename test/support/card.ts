import type { View } from "../../src/contract/view.js";

/** Rows of a card's first table. */
export const rows = (card: View): string[][] => card.sections.find((section) => section.kind === "table")?.rows ?? [];

/** Lines of a card and what stands below each; those of one section, or all. */
export const lines = (card: View, title?: string): string[] =>
  card.sections.flatMap((section) =>
    section.kind === "lines" && (title === undefined || section.title === title)
      ? section.lines.flatMap(({ text, detail = [] }) => [text, ...detail])
      : [],
  );
