import type { Printed } from "../shapes/shape.js";

/** JSON with two blanks of indentation, byte for byte as Go's encoding/json writes it. */
export function printJson(value: Printed, indent = ""): string {
  const deeper = `${indent}  `;
  if (typeof value === "string") return quote(value);
  if (value === null || typeof value !== "object") return String(value);
  const map = value instanceof Map;
  const items = map
    ? [...value].map(([key, item]) => `${quote(key)}: ${printJson(item, deeper)}`)
    : (value as readonly Printed[]).map((item) => printJson(item, deeper));
  const [open, close] = map ? "{}" : "[]";
  return items.length === 0 ? `${open}${close}` : `${open}\n${items.map((item) => deeper + item).join(",\n")}\n${indent}${close}`;
}

/** Go escapes what HTML would take for markup, and the two line ends of Unicode. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
