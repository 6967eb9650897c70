import { z } from "zod";
import type { CalicoObject } from "../../src/cluster/calicoctl.js";
import { fail } from "../../src/contract/failure.js";
import { redact } from "../../src/log/redact.js";

/** Fields that nobody here knows are kept: another version of Calico has others. */
const One = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().exactOptional(), resourceVersion: z.string().exactOptional() }),
  spec: z.record(z.string(), z.unknown()).exactOptional(),
});
/** `NodeList` and the like; Go writes an empty list as null, too. */
const List = z.looseObject({ kind: z.string().endsWith("List"), items: z.array(One).nullable() });

/**
 * What `get -o json` prints: a List when no name was given, an object for one name, an array for several, `null` when
 * nothing was found.
 */
export function readObjects(stdout: string): CalicoObject[] {
  const value = parsed(stdout);
  if (value === null) return [];
  if (Array.isArray(value)) return checked(z.array(One), value);
  if (isList(value)) return checked(List, value).items ?? [];
  return [checked(One, value)];
}

function parsed(stdout: string): unknown {
  try {
    return JSON.parse(stdout) as unknown;
  } catch {
    const start = redact(stdout.slice(0, 4096)).trim().slice(0, 80);
    throw fail(
      "unreadable_output",
      start === "" ? "calicoctl printed nothing where JSON was asked for" : `calicoctl printed no JSON: ${start}`,
    );
  }
}

const isList = (value: unknown): boolean => typeof value === "object" && value !== null && "items" in value;

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw fail(
    "unreadable_output",
    `an object of calicoctl has another form than known: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`,
  );
}
