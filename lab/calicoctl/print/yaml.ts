import type { Printed, PrintedMap } from "../shapes/shape.js";
import { byName } from "./key-order.js";
import { type Place, scalar } from "./scalar.js";

/** YAML as Go's yaml library writes it: keys sorted, lists not indented, long plain text folded at blanks. */
export function printYaml(value: Printed): string {
  if (!isNode(value)) return `${leaf(value, { column: 0, indent: 2 })}\n`;
  return `${block(value, 0).join("\n")}\n`;
}

type Node = PrintedMap | readonly Printed[];

const isNode = (value: Printed): value is Node => value !== null && typeof value === "object";
const isList = (value: Node): value is readonly Printed[] => Array.isArray(value);
const isBare = (value: Node): boolean => (isList(value) ? value.length === 0 : value.size === 0);

function block(value: Node, indent: number): string[] {
  if (isBare(value)) return [`${" ".repeat(indent)}${isList(value) ? "[]" : "{}"}`];
  return isList(value) ? value.flatMap((item) => member(item, indent)) : fields(value, indent);
}

function fields(map: PrintedMap, indent: number): string[] {
  const lead = " ".repeat(indent);
  return [...map]
    .toSorted(([a], [b]) => byName(a, b))
    .flatMap(([key, item]) => {
      const name = `${lead}${scalar(key, { column: indent, indent, key: true })}:`;
      if (!isNode(item)) return [`${name} ${leaf(item, { column: Array.from(name).length + 1, indent: indent + 2 })}`];
      if (isBare(item)) return [`${name} ${isList(item) ? "[]" : "{}"}`];
      return [name, ...block(item, isList(item) ? indent : indent + 2)];
    });
}

/** A member of a list: its first line shares the one with the dash. */
function member(item: Printed, indent: number): string[] {
  const lead = " ".repeat(indent);
  if (!isNode(item)) return [`${lead}- ${leaf(item, { column: indent + 2, indent: indent + 2 })}`];
  const [first = "", ...rest] = block(item, indent + 2);
  return [`${lead}- ${first.slice(indent + 2)}`, ...rest];
}

function leaf(value: Exclude<Printed, Node>, place: Place): string {
  if (typeof value === "string") return scalar(value, place);
  return typeof value === "number" ? goNumber(value) : String(value);
}

/** Whole numbers in full; others as Go's shortest `%g`. */
function goNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return BigInt(value).toString();
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < (Number.isInteger(value) ? 21 : 6)) return String(value);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}
