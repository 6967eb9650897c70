/** What has fields: no list, and not nothing. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The fields of a part of an object; none where it is missing or something else. */
export const part = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});
