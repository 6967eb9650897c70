import { structuredPatch } from "diff";
import { sortedDocument } from "../calico/document.js";

type Value = Readonly<Record<string, unknown>>;

const written = (value: Value | null): string => (value === null ? "" : sortedDocument(value));

/** Lines that go and come between two forms of an object, `-`, `+` and ` ` before them; null = it is not there. Secrets are taken out. */
export function diffOf(before: Value | null, after: Value | null): string {
  const { hunks } = structuredPatch("", "", written(before), written(after), "", "", { context: 2 });
  return hunks.map(({ lines }) => lines.filter((line) => !line.startsWith("\\")).join("\n")).join("\n…\n");
}
