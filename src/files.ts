import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "./contract/failure.js";

/** The file itself, or the documents in a folder and below it, by name. Throws `usage` where there is neither. */
export async function filesIn(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = await readdir(path, { recursive: true });
    return names
      .filter((name) => /\.(ya?ml|json)$/.test(name))
      .toSorted()
      .map((name) => join(path, name));
  } catch (error) {
    throw fail("usage", `${path} cannot be read`, { hint: "give an existing file or folder", cause: error });
  }
}
