/** A field that may not be as it is. */
export interface Wrong {
  name: string;
  /** As Go prints it; nothing where only a place is named. */
  value?: string;
  reason: string;
}

/** A field that does not fit the rule of its tag. */
export const byTag = (name: string, value: unknown, tag: string): Wrong => ({
  name,
  value: shownAs(value),
  reason: `Reason: failed to validate Field: ${name} because of Tag: ${tag} `,
});

/** A value as Go prints it. */
export function shownAs(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shownAs).join(" ")}]`;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? `${value}` : "";
}

/** All that is wrong, in one sentence or one line each. */
export function sentence(wrong: readonly Wrong[]): string {
  const lines = wrong.map(({ name, value, reason }) => `${name}${value === undefined ? "" : ` = '${value}'`} (${reason})`);
  return lines.length === 1
    ? `error with field ${lines[0]}`
    : `error with the following fields:\n${lines.map((line) => `-  ${line}\n`).join("")}`;
}
