import { matches } from "./evaluate.js";
import type { Labels, Selector } from "./selector.js";

/** Finds what a selector selects without looking at everything: by the labels that it must have. */
export interface LabelIndex<T> {
  select(selector: Selector): T[];
  /** Whether anything carries the label. */
  carries(label: string): boolean;
  /** All things, those with the same labels together. */
  alike(): Iterable<readonly T[]>;
}

/** Things with the same labels, judged once for all of them. */
interface Group<T> {
  labels: Labels;
  members: T[];
}

type Groups<T> = ReadonlySet<Group<T>>;

export function labelIndex<T extends { labels: Labels }>(all: Iterable<T>): LabelIndex<T> {
  const groups = new Map<string, Group<T>>();
  for (const one of all) {
    const id = JSON.stringify(one.labels);
    const group = groups.get(id);
    if (group) group.members.push(one);
    else groups.set(id, { labels: one.labels, members: [one] });
  }
  const everything = new Set(groups.values());
  const byLabel = new Map<string, Map<string, Set<Group<T>>>>();
  for (const group of everything)
    for (const [label, value] of Object.entries(group.labels)) {
      const values = byLabel.get(label) ?? new Map<string, Set<Group<T>>>();
      byLabel.set(label, values);
      const there = values.get(value) ?? new Set();
      values.set(value, there.add(group));
    }
  return {
    carries: (label) => byLabel.has(label),
    alike: () => [...everything].map(({ members }) => members),
    select: (selector) => {
      const candidates = narrowed(selector, byLabel) ?? everything;
      return [...candidates].flatMap(({ labels, members }) => (matches(selector, labels) ? members : []));
    },
  };
}

type ByLabel<T> = ReadonlyMap<string, ReadonlyMap<string, Groups<T>>>;

/** All that may match; null = nothing narrows it. */
function narrowed<T>(selector: Selector, byLabel: ByLabel<T>): Groups<T> | null {
  switch (selector.op) {
    case "==":
      return byLabel.get(selector.label)?.get(selector.value) ?? new Set();
    case "in":
      return united(selector.values.map((value) => byLabel.get(selector.label)?.get(value) ?? new Set<Group<T>>()));
    case "has":
    case "contains":
    case "starts with":
    case "ends with":
      return united([...(byLabel.get(selector.label)?.values() ?? [])]);
    case "and": {
      const parts = selector.of.flatMap((one) => narrowed(one, byLabel) ?? []);
      return parts.toSorted((a, b) => a.size - b.size)[0] ?? null;
    }
    case "or": {
      const parts = selector.of.map((one) => narrowed(one, byLabel));
      return parts.some((part) => part === null) ? null : united(parts.flatMap((part) => part ?? []));
    }
    default:
      return null;
  }
}

function united<T>(sets: readonly Groups<T>[]): Groups<T> {
  const [first] = sets;
  if (sets.length === 1 && first) return first;
  const all = new Set<Group<T>>();
  for (const set of sets) for (const one of set) all.add(one);
  return all;
}
