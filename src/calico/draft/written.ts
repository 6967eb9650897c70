/** A value as somebody wrote it, for sentences and comparisons. */
export const written = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
