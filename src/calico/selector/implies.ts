import { printSelector } from "./print.js";
import type { Selector } from "./selector.js";

/** Whether all labels that satisfy the one satisfy the other, whatever they are. False = not, or it cannot be told by their form. */
export const implies = (one: Selector, other: Selector): boolean => follows(one, other, { left: most });

/** No labels satisfy it: a set without values, or parts of which one is another's opposite. False = some do, or it cannot be told. */
export const isNever = (selector: Selector): boolean => never(selector, { left: most });

/** Looks at pairs of terms in all; selectors that need more are not told apart, so that hostile ones cost no more. */
const most = 2000;
interface Effort {
  left: number;
}

function follows(one: Selector, other: Selector, effort: Effort): boolean {
  if (effort.left-- <= 0) return false;
  if (other.op === "all" || other.op === "global" || never(one, effort)) return true;
  if (printSelector(one) === printSelector(other)) return true;
  if (one.op === "or") return one.of.every((part) => follows(part, other, effort));
  if (other.op === "and") return other.of.every((part) => follows(one, part, effort));
  if (one.op === "and" && one.of.some((part) => follows(part, other, effort))) return true;
  if (other.op === "or") return other.of.some((part) => follows(one, part, effort));
  if (one.op === "not" && other.op === "not") return follows(other.of, one.of, effort);
  return "label" in one && "label" in other && one.label === other.label && compares(one, other);
}

function never(selector: Selector, effort: Effort): boolean {
  if (effort.left-- <= 0) return false;
  if (selector.op === "in") return selector.values.length === 0;
  if (selector.op === "or") return selector.of.every((part) => never(part, effort));
  if (selector.op === "not") return selector.of.op === "all" || selector.of.op === "global";
  if (selector.op !== "and") return false;
  return selector.of.some((one, i) => never(one, effort) || selector.of.slice(i + 1).some((other) => excludes(one, other, effort)));
}

/** Whether nothing satisfies both. */
function excludes(one: Selector, other: Selector, effort: Effort): boolean {
  if (effort.left-- <= 0) return false;
  if (one.op === "not") return follows(other, one.of, effort);
  if (other.op === "not") return follows(one, other.of, effort);
  const [mine, theirs] = [valuesOf(one), valuesOf(other)];
  const same = "label" in one && "label" in other && one.label === other.label;
  return same && mine !== null && theirs !== null && !mine.some((value) => theirs.includes(value));
}

type Labelled = Extract<Selector, { label: string }>;

/** Values of which the label has one; null = any. */
function valuesOf(selector: Selector): readonly string[] | null {
  if (selector.op === "==") return [selector.value];
  return selector.op === "in" ? selector.values : null;
}

/** Two terms about the same label. */
function compares(one: Labelled, other: Labelled): boolean {
  const mine = valuesOf(one);
  if (other.op === "has") return one.op !== "!=" && one.op !== "not in";
  if (mine !== null) return mine.every((value) => satisfies(value, other));
  const [left, right] = [withoutValues(one), withoutValues(other)];
  return left !== null && right !== null && right.every((value) => left.includes(value));
}

/** Values that the label must not have; null = it is about something else. */
function withoutValues(selector: Labelled): readonly string[] | null {
  if (selector.op === "!=") return [selector.value];
  return selector.op === "not in" ? selector.values : null;
}

function satisfies(value: string, selector: Labelled): boolean {
  switch (selector.op) {
    case "has":
      return true;
    case "==":
      return value === selector.value;
    case "!=":
      return value !== selector.value;
    case "in":
      return selector.values.includes(value);
    case "not in":
      return !selector.values.includes(value);
    case "contains":
      return value.includes(selector.value);
    case "starts with":
      return value.startsWith(selector.value);
    case "ends with":
      return value.endsWith(selector.value);
  }
}
