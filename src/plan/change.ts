import { structuredPatch } from "diff";
import { sortedDocument } from "../calico/document.js";
import type { Draft } from "../calico/draft/draft.js";
import { plain, storedForm } from "./stored-form.js";

type Value = Readonly<Record<string, unknown>>;

/** An object as it lies in etcd. */
export interface Stored {
  value: Value;
  /** mod revision: what must still hold when the change is made. */
  revision: number;
}

/** What applying one document does to one object. */
export interface Change {
  action: "create" | "update" | "none";
  kind: string;
  namespace: string | null;
  name: string;
  /** Null = it must not exist. */
  expected: number | null;
  /** Lines that go and come, `-`, `+` and ` ` before them; empty = none do. Secrets are taken out. */
  diff: string;
}

/** Compares what is stored with what calicoctl would make of the document. */
export function changeOf(draft: Draft, stored: Stored | null): Change {
  const { kind, namespace, name, object } = draft;
  const after = storedForm(draft, object);
  const before = stored === null ? null : plain(stored.value);
  const same = before !== null && JSON.stringify(sorted(before)) === JSON.stringify(sorted(after));
  const action = stored === null ? "create" : same ? "none" : "update";
  return { action, kind, namespace, name, expected: stored?.revision ?? null, diff: same ? "" : diffOf(before, after) };
}

/** With its keys in one order; a changed secret is a change, although the text does not show it. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}

const written = (value: Value | null): string => (value === null ? "" : sortedDocument(value));

function diffOf(before: Value | null, after: Value): string {
  const { hunks } = structuredPatch("", "", written(before), written(after), "", "", { context: 2 });
  return hunks.map(({ lines }) => lines.filter((line) => !line.startsWith("\\")).join("\n")).join("\n…\n");
}
