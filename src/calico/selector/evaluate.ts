import type { Labels, Selector } from "./selector.js";

/** Whether labels satisfy a selector. A label that is missing satisfies `!=` and `not in` and nothing else. */
export function matches(selector: Selector, labels: Labels): boolean {
  switch (selector.op) {
    case "all":
    case "global":
      return true;
    case "not":
      return !matches(selector.of, labels);
    case "and":
      return selector.of.every((one) => matches(one, labels));
    case "or":
      return selector.of.some((one) => matches(one, labels));
    default:
      return compares(selector, Object.hasOwn(labels, selector.label) ? labels[selector.label] : undefined);
  }
}

function compares(selector: Extract<Selector, { label: string }>, value: string | undefined): boolean {
  switch (selector.op) {
    case "has":
      return value !== undefined;
    case "==":
      return value === selector.value;
    case "!=":
      return value !== selector.value;
    case "in":
      return value !== undefined && selector.values.includes(value);
    case "not in":
      return value === undefined || !selector.values.includes(value);
    case "contains":
      return value?.includes(selector.value) ?? false;
    case "starts with":
      return value?.startsWith(selector.value) ?? false;
    case "ends with":
      return value?.endsWith(selector.value) ?? false;
  }
}

/** Every label that a selector looks at. */
export function labelsIn(selector: Selector): string[] {
  if (selector.op === "not") return labelsIn(selector.of);
  if (selector.op === "and" || selector.op === "or") return selector.of.flatMap(labelsIn);
  return "label" in selector ? [selector.label] : [];
}

/** The same selector over labels with a prefix. */
export function prefixed(selector: Selector, prefix: string): Selector {
  if (selector.op === "not") return { ...selector, of: prefixed(selector.of, prefix) };
  if (selector.op === "and" || selector.op === "or") return { ...selector, of: selector.of.map((one) => prefixed(one, prefix)) };
  return "label" in selector ? { ...selector, label: prefix + selector.label } : selector;
}
