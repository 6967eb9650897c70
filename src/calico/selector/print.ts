import type { Selector } from "./selector.js";

/** The canonical form, letter for letter as Calico's own parser prints it. */
export function printSelector(selector: Selector): string {
  switch (selector.op) {
    case "all":
    case "global":
      return `${selector.op}()`;
    case "has":
      return `has(${selector.label})`;
    case "not":
      return `!${printSelector(selector.of)}`;
    case "and":
    case "or":
      return `(${selector.of.map(printSelector).join(selector.op === "and" ? " && " : " || ")})`;
    case "in":
    case "not in":
      return `${selector.label} ${selector.op} {${selector.values.map(quoted).join(", ")}}`;
    default:
      return `${selector.label} ${selector.op} ${quoted(selector.value)}`;
  }
}

const quoted = (value: string): string => (value.includes('"') ? `'${value}'` : `"${value}"`);
