import { z } from "zod";

/** What the `openstack` program printed, as a table. */
export const CliAnswer = z.object({
  at: z.number(),
  /** The words that were asked, without secrets because none can be among them. */
  line: z.string(),
  columns: z.array(z.string()),
  rows: z.array(z.array(z.string())),
  /** One thing with its fields, not a list. */
  single: z.boolean(),
  /** How many rows there were; `rows` holds the first of them. */
  total: z.number(),
});
export type CliAnswer = z.infer<typeof CliAnswer>;

/** More rows are counted, not sent. */
const mostRows = 500;
const longestCell = 300;
/** Fields that may hold a secret although the noun holds none. */
const secret = /password|secret|token|user_?data|private|credential|admin_?pass/i;

/** Objects as rows: a list has a column for each field of its first rows, one thing a row for each of its fields. */
export function cliAnswer(words: readonly string[], json: unknown, at: number): CliAnswer {
  const line = words.join(" ");
  if (Array.isArray(json)) {
    const objects = json.filter((row): row is Record<string, unknown> => typeof row === "object" && row !== null);
    const columns = [...new Set(objects.slice(0, 50).flatMap((row) => Object.keys(row)))];
    const rows = objects.slice(0, mostRows).map((row) => columns.map((column) => cell(column, row[column])));
    return { at, line, columns, rows, single: false, total: objects.length };
  }
  const fields = Object.entries((json ?? {}) as Record<string, unknown>);
  return {
    at,
    line,
    columns: ["field", "value"],
    rows: fields.map(([name, value]) => [name, cell(name, value)]),
    single: true,
    total: fields.length,
  };
}

function cell(name: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return "-";
  if (secret.test(name)) return "[hidden]";
  const text = plain(value);
  return text.length > longestCell ? `${text.slice(0, longestCell)}…` : text;
}

/** Nested values in words instead of braces: `subnet_id=…, ip_address=…`. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join("; ") || "-";
  if (typeof value !== "object" || value === null) return String(value);
  const parts = Object.entries(value).map(([name, inner]) => `${name}=${secret.test(name) ? "[hidden]" : plain(inner)}`);
  return parts.join(", ") || "-";
}
