import { parseAllDocuments } from "yaml";

/** Largest text of documents that is read, in characters. */
const most = 64 * 1024 * 1024;

/** The objects in a text of YAML or JSON documents; lists (`kind: List`, or a plain array) are taken apart. Throws an Error that says what is wrong. */
export function documentsIn(text: string): unknown[] {
  if (text.length > most) throw new Error(`more than ${most} characters`);
  if (/^\s*[[{]/.test(text)) {
    const whole = json(text);
    if (whole !== undefined) return unpacked(whole);
  }
  return [...parseAllDocuments(text)].flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new Error(error.message.split("\n")[0]);
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return value === null || value === undefined ? [] : unpacked(value);
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function unpacked(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  const items = typeof value === "object" && value !== null ? Object.entries(value).find(([name]) => name === "items")?.[1] : undefined;
  return Array.isArray(items) ? items : [value];
}
