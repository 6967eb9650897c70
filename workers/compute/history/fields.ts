import { isObject, part } from "../../../src/calico/part.js";

/** Names of the top-level fields of the spec in which two stored objects differ, and `labels`; no value is told. */
export function changedFields(before: string, after: string): string[] {
  const [old, now] = [read(before), read(after)];
  const [oldSpec, nowSpec] = [part(old["spec"]), part(now["spec"])];
  const names = [...new Set([...Object.keys(oldSpec), ...Object.keys(nowSpec)])].toSorted();
  const fields = names.filter((name) => differ(oldSpec[name], nowSpec[name]));
  return differ(part(old["metadata"])["labels"], part(now["metadata"])["labels"]) ? [...fields, "labels"] : fields;
}

const differ = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) !== JSON.stringify(sorted(b));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key])]),
  );
}

function read(text: string): Readonly<Record<string, unknown>> {
  try {
    return part(JSON.parse(text));
  } catch {
    return {};
  }
}
