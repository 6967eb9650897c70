import type { Path } from "./path.js";
import { RawConfig } from "./raw.js";

/** The keys that the file may have at a path. */
export function knownKeys(path: Path): string[] {
  let at: Shaped | undefined = RawConfig as unknown as Shaped;
  for (const part of path) {
    at = inner(at);
    at = typeof part === "number" ? at?.def?.element : at?.shape?.[String(part)];
  }
  return Object.keys(inner(at)?.shape ?? {});
}

function inner(schema: Shaped | undefined): Shaped | undefined {
  let at = schema;
  while (at?.def?.innerType) at = at.def.innerType;
  return at;
}

/** The part of a zod schema that tells its keys. */
interface Shaped {
  shape?: Record<string, Shaped>;
  def?: { innerType?: Shaped; element?: Shaped };
}
